# A certificate with two names, and what OpenSSL says to each.
set -e
dir=$(mktemp -d)
trap 'rm -r "$dir"' EXIT
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$dir/key" -out "$dir/cert" -days 1 \
  -subj /CN=bank.example -addext subjectAltName=DNS:post.example 2> /dev/null
check() { openssl x509 -in "$dir/cert" -noout -checkhost "$1" | tail -1; }
check post.example | grep -q 'does match'
check bank.example | grep -q 'does NOT match'
echo 'It refuses: the name is not in subjectAltName.'
