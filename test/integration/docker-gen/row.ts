/** What is to be seen of one thing of docker-gen's, and the proof through the built command. */
export type Row = Readonly<Record<string, () => Promise<void>>>;
