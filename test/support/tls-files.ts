import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

const SELF_SIGNED = `
self() { # NAME KEY [ARGS]: of the key KEY.key
  name=$1 key=$2; shift 2
  [ "$key" = "$name" ] || cp "$key.key" "$name.key"
  openssl req -x509 -key "$key.key" -out "$name.crt" -subj /CN=example.com -days 30 \\
    -addext subjectAltName=DNS:example.com,DNS:*.example.com,IP:2001:db8::1 "$@"
}
ec() { openssl ecparam -name "$2" -genkey -noout -out "$1.key"; }
`;

/**
 * Files as people have them, good and broken: servers' certificates with their keys, authorities
 * (`ca-*`), lists of revoked certificates (`crl-*`), and good pairs with Diffie-Hellman parameters
 * (`dh-*`) or with a chain (`stapled-*`).
 */
const EVERYTHING = `${SELF_SIGNED}
openssl genrsa -out good.key 2048
openssl genrsa -out other.key 2048
self good good
self other other
openssl genrsa -out short.key 1024; self short short
openssl dsaparam -genkey -noout -out dsa.key 1024; self dsa dsa
ec ec prime256v1; self ec ec
ec ec-short secp192k1; self ec-short ec-short
openssl ecparam -name prime256v1 -genkey -noout -param_enc explicit -out ec-explicit.key
self ec-explicit ec-explicit
openssl ecparam -name prime256v1 -genkey -out ec-with-parameters.key
self ec-with-parameters ec-with-parameters
openssl genpkey -algorithm ed25519 -out ed25519.key; self ed25519 ed25519
openssl genpkey -algorithm RSA-PSS -pkeyopt rsa_keygen_bits:2048 -out pss.key; self pss pss
self sha1 good -sha1
self md5 good -md5

copy() { cp good.crt "$1.crt"; cp good.key "$1.key"; }
copy empty; : >empty.crt
copy empty-key; : >empty-key.key
copy der; openssl x509 -in good.crt -outform DER -out der.crt
copy der-key; openssl pkey -in good.key -outform DER -out der-key.key
copy encrypted; openssl pkey -in good.key -aes256 -passout pass:x -out encrypted.key
copy encrypted-old; openssl rsa -in good.key -traditional -aes256 -passout pass:x -out encrypted-old.key
copy pkcs1; openssl rsa -in good.key -traditional -out pkcs1.key
copy public; openssl pkey -in good.key -pubout -out public.key
copy mismatch; cp other.key mismatch.key
copy other-kind; cp ec.key other-kind.key
copy cut; head -c 700 good.crt >cut.crt
copy cut-key; head -c 900 good.key >cut-key.key
copy crlf; for one in crt key; do sed 's/$/\\r/' good.$one >crlf.$one; done
copy bom; for one in crt key; do { printf '\\357\\273\\277'; cat good.$one; } >bom.$one; done
copy leading; for one in crt key; do { echo hello; cat good.$one; } >leading.$one; done
copy trailing; for one in crt key; do { cat good.$one; echo hello; } >trailing.$one; done
copy no-newline; for one in crt key; do printf %s "$(cat good.$one)" >no-newline.$one; done
copy one-line; tr -d '\\n' <good.crt >one-line.crt
copy indented; sed 's/^/ /' good.crt >indented.crt
copy indented-body; sed 's/^\\([^-]\\)/  \\1/' good.crt >indented-body.crt
copy noise; head -c 3000 /dev/urandom >noise.crt
copy nul; { head -c 3000 /dev/zero; cat good.crt; } >nul.crt
copy trusted; openssl x509 -in good.crt -trustout -out trusted.crt
copy x509; sed 's/CERTIFICATE/X509 CERTIFICATE/' good.crt >x509.crt
copy together; cat good.crt good.key >together.crt; cp together.crt together.key
copy key-first; cat good.key good.crt >key-first.crt; cp key-first.crt key-first.key
BAD='-----BEGIN CERTIFICATE-----
AAAA
-----END CERTIFICATE-----'
copy bad-second; { cat good.crt; echo "$BAD"; } >bad-second.crt
copy cut-second; { cat good.crt; head -c 300 good.crt; } >cut-second.crt

openssl req -x509 -key good.key -out root.pem -subj /CN=root -days 30 -addext basicConstraints=critical,CA:TRUE
openssl req -x509 -key short.key -out short-root.pem -subj /CN=root -days 30
openssl req -key other.key -new -out leaf.csr -subj /CN=example.com
signed() { # NAME [ARGS]: the certificate of other.key, signed by the root
  name=$1; shift
  openssl x509 -req -in leaf.csr -CA root.pem -CAkey good.key -out "$name.crt" -days 30 "$@"
  cp other.key "$name.key"
}
signed chain; cp chain.crt leaf.pem; cat leaf.pem root.pem >chain.crt
signed wrong-order; cat root.pem leaf.pem >wrong-order.crt
signed sha1-leaf -sha1
signed expired -days 0
signed short-root
openssl x509 -req -in leaf.csr -CA short-root.pem -CAkey short.key -out short-root.crt -days 30
cat short-root.pem >>short-root.crt

printf '[ca]\\ndefault_ca=d\\n[d]\\ndatabase=index\\ncrlnumber=number\\ndefault_md=sha256\\ndefault_crl_days=30\\n' >ca.cnf
: >index; echo 01 >number
openssl ca -config ca.cnf -gencrl -keyfile good.key -cert root.pem -out list.pem
openssl dhparam -dsaparam -out dh-dsa.dhparam.pem 2048
openssl dhparam -dsaparam -out dh-short.dhparam.pem 1024
openssl genpkey -genparam -algorithm DH -pkeyopt group:ffdhe2048 -out dh-good.dhparam.pem
openssl ecparam -name prime256v1 -out dh-of-curve.dhparam.pem
head -c 200 dh-good.dhparam.pem >dh-cut.dhparam.pem
: >dh-empty.dhparam.pem
{ echo hello; cat dh-good.dhparam.pem; echo hello; } >dh-in-text.dhparam.pem
cat root.pem >dh-of-certificate.dhparam.pem

variants() { # PREFIX SUFFIX FILE
  cp "$3" "$1-good$2"
  : >"$1-empty$2"
  head -c 300 "$3" >"$1-cut$2"
  head -c 2000 /dev/urandom >"$1-noise$2"
  sed 's/$/\\r/' "$3" >"$1-crlf$2"
  { echo hello; cat "$3"; echo hello; } >"$1-in-text$2"
  { cat "$3"; head -c 300 "$3"; } >"$1-cut-second$2"
  { cat "$3"; sed 's/^[^-].*//' "$3"; } >"$1-bad-second$2"
  cat "$3" "$3" >"$1-twice$2"
}
variants ca .ca.crt root.pem
cp short-root.pem ca-short.ca.crt
openssl x509 -in root.pem -outform DER -out ca-der.ca.crt
cp list.pem ca-list.ca.crt
cat good.key root.pem >ca-key-first.ca.crt
variants crl .crl.pem list.pem
cp root.pem crl-certificate.crl.pem
openssl crl -in list.pem -outform DER -out crl-der.crl.pem
for list in *.crl.pem; do cp root.pem "\${list%.crl.pem}.ca.crt"; done
variants stapled .chain.pem root.pem
for extra in *.dhparam.pem *.chain.pem; do copy "\${extra%.*.pem}"; done
rm -f root.pem short-root.pem leaf.* ca.cnf index* number* list.pem
`;

/** Puts one certificate with its key into the folder. */
export async function makeCertificate(folder: string, name: string): Promise<void> {
  await shell(
    folder,
    `${SELF_SIGNED}
    ec ${name} prime256v1; self ${name} ${name}`,
  );
}

/** Puts certificates of all kinds into the folder, good and broken. */
export async function makeTlsFiles(folder: string): Promise<void> {
  await shell(folder, EVERYTHING);
}

async function shell(folder: string, script: string): Promise<void> {
  await run('bash', ['-ec', script], { cwd: folder });
}
