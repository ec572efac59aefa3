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

declare -A password broker
superuser=$(openssl rand -hex 32)
secret postgres-superuser kubernetes.io/basic-auth username "$(text postgres)" password "$(text "$superuser")"
passwords=()
for role in identity enrollment scheduling certification auditor backup; do
  password[$role]=$(openssl rand -hex 32)
  passwords+=("tremplin_$role.password" "$(text "${password[$role]}")")
done
secret postgres-passwords Opaque "${passwords[@]}"
passwords=()
for user in enrollment scheduling certification; do
  broker[$user]=$(openssl rand -hex 32)
  passwords+=("$user.password" "$(text "${broker[$user]}")")
done
secret rabbitmq-passwords Opaque "${passwords[@]}"

# DATABASE USER PASSWORD CONNECTIONS
connection() {
  text "Host=tremplin-postgres-rw;Database=$1;Username=$2;Password=$3;SSL Mode=VerifyFull;Root Certificate=/etc/tremplin/postgres/ca.crt;Maximum Pool Size=$4"
}
# SERVICE DATABASE CONNECTIONS
role() { connection "$2" "tremplin_$1" "${password[$1]}" "$3"; }
uri() { text "amqp://$1:${broker[$1]}@tremplin-rabbitmq:5672/"; }

secret migrate-settings Opaque TREMPLIN_POSTGRES "$(connection postgres postgres "$superuser" 5)"
secret identity-settings Opaque ConnectionStrings__Identity "$(role identity identity 20)"
secret enrollment-settings Opaque RabbitMq__Uri "$(uri enrollment)" ConnectionStrings__Store "$(role enrollment enrollment 40)" \
  ConnectionStrings__Keys "$(role enrollment keys 10)"
secret scheduling-settings Opaque RabbitMq__Uri "$(uri scheduling)" ConnectionStrings__Store "$(role scheduling scheduling 40)"
secret certification-settings Opaque RabbitMq__Uri "$(uri certification)" ConnectionStrings__Store "$(role certification certification 40)" \
  ConnectionStrings__Keys "$(role certification keys 10)"

# Whoever loses personal-data.key has erased everybody (docs/adr/0005-learners-keys-in-a-database-of-their-own.md).
secret learner-keys Opaque personal-data.key "$(bytes 64)"
# Whoever has it reads every calendar of half-days; who changes it changes every address (docs/adr/0034-calendars.md).
secret calendar-keys Opaque calendar.key "$(bytes 32)"
secret enrollment-keys Opaque ledger-enrollment.key "$(bytes 32)" parking.key "$(bytes 32)"
secret scheduling-keys Opaque ledger-scheduling.key "$(bytes 32)"
# Who has certificates.key issues certificates in our name (docs/operators/certificates.md).
secret certification-keys Opaque ledger-certification.key "$(bytes 32)" certificates.key "$(bytes 32)" certificate-links.key "$(bytes 32)"

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
