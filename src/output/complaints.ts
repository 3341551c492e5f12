/** Of many, the last ones: a proxy says the same several times. */
const KEPT = 3;
const MAX_LENGTH = 300;

/**
 * What in a proxy's log says that it could not do what it was told: messages of the levels that end
 * a start or a reload, without the date. What is logged of requests is none.
 */
export function complaintsIn(log: string): readonly string[] {
  const found = log
    .split('\n')
    .filter((line) => COMPLAINT.test(line))
    .map((line) => line.trim().replace(DATE, '').slice(0, MAX_LENGTH));
  return [...new Set(found)].slice(-KEPT);
}

const COMPLAINT =
  /\[(?:\w+:)?(?:emerg|alert|crit)\]|\[ALERT\]|AH\d{5}: .*(?:could not|unable)|Address already in use/;

/** As nginx has it before each line, as httpd has it in brackets. */
const DATE = /^(?:\d{4}\/\d\d\/\d\d [\d:]+ |\[\w{3} \w{3} \d\d [^\]]*\] )/;
