#!/usr/bin/env bash
# Prints the platform's secrets as manifests, new ones at each run: secrets.sh [PARTNER ...] | kubectl -n tremplin create -f -
set -euo pipefail

encoded() { openssl base64 -A; }
text() { printf %s "$1" | encoded; }
bytes() { openssl rand "$1" | encoded; }

# NAME TYPE, then each KEY and its encoded value.
secret() {
  printf -- '---\napiVersion: v1\nkind: Secret\nmetadata:\n  name: %s\n  labels:\n    cnpg.io/reload: "true"\ntype: %s\ndata:\n' "$1" "$2"
  shift 2
  printf '  %s: %s\n' "$@"
}

declare -A password
for role in owner identity enrollment scheduling certification; do
  password[$role]=$(openssl rand -hex 32)
  secret "postgres-$role" kubernetes.io/basic-auth username "$(text "tremplin_$role")" password "$(text "${password[$role]}")"
done

# DATABASE ROLE CONNECTIONS
connection() {
  text "Host=tremplin-postgres-rw;Database=$1;Username=tremplin_$2;Password=${password[$2]};SSL Mode=VerifyFull;Root Certificate=/etc/tremplin/postgres/ca.crt;Maximum Pool Size=$3"
}

secret migrate-settings Opaque TREMPLIN_POSTGRES "$(connection postgres owner 5)"
secret identity-settings Opaque ConnectionStrings__Identity "$(connection identity identity 20)"
secret enrollment-settings Opaque ConnectionStrings__Store "$(connection enrollment enrollment 40)" ConnectionStrings__Keys "$(connection keys enrollment 10)"
secret scheduling-settings Opaque ConnectionStrings__Store "$(connection scheduling scheduling 40)"
secret certification-settings Opaque ConnectionStrings__Store "$(connection certification certification 40)" ConnectionStrings__Keys "$(connection keys certification 10)"

# Whoever loses personal-data.key has erased everybody (docs/adr/0005-learners-keys-in-a-database-of-their-own.md).
secret learner-keys Opaque personal-data.key "$(bytes 64)"
secret enrollment-keys Opaque ledger-enrollment.key "$(bytes 32)" parking.key "$(bytes 32)"
secret scheduling-keys Opaque ledger-scheduling.key "$(bytes 32)"
secret certification-keys Opaque ledger-certification.key "$(bytes 32)"

# ID ROLES ORGANISATION
client() { printf '  "%s": { "secret": "%s", "roles": [%s], "organisation": "%s" }' "$1" "$(openssl rand -hex 32)" "$2" "$3"; }
clients=$(
  echo '{'
  for role in coordinator trainer auditor operator; do client "$role" "\"$role\"" tremplin; echo ,; done
  for partner in "$@"; do client "$partner" '"partner"' "$partner"; echo ,; done
  client platform '"coordinator", "trainer", "auditor", "operator"' tremplin
  printf '\n}'
)
secret identity-keys Opaque clients.json "$(text "$clients")" \
  signing-key.pem "$(openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 | encoded)"
