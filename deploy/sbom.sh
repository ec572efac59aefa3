#!/usr/bin/env bash
# Writes the CycloneDX list of what is in a release: sbom.sh VERSION FILE. The same tree gives the same bytes.
set -euo pipefail
[ $# = 2 ] || { echo "usage: $0 VERSION FILE" >&2; exit 2; }
version=$1 file=$(realpath -m "$2")
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.."
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
{
  dotnet tool restore
  dotnet restore deploy/shipped.slnf
  dotnet CycloneDX deploy/shipped.slnf --disable-package-restore --no-serial-number --output-format UnsafeJson \
    --set-name Tremplin --set-version "$version" --output "$work" --filename nuget.json
} >&2

# The tool knows no npm, and says when it ran.
python3 - "$work/nuget.json" contracts/examples/node/package-lock.json "$file" <<'PY'
import base64, json, sys

bom, lock = (json.load(open(path, encoding="utf-8")) for path in sys.argv[1:3])
del bom["metadata"]["timestamp"]
for path, package in lock["packages"].items():
    if not path:
        continue
    name, (algorithm, digest) = path.split("node_modules/")[-1], package["integrity"].split("-", 1)
    purl = f"pkg:npm/{name.replace('@', '%40')}@{package['version']}"
    bom["components"].append({
        "type": "library", "bom-ref": purl, "name": name, "version": package["version"], "scope": "required",
        "hashes": [{"alg": algorithm.upper().replace("SHA", "SHA-"), "content": base64.b64decode(digest).hex().upper()}],
        "licenses": [{"license": {"id": package["license"]}}], "purl": purl})
with open(sys.argv[3], "w", encoding="utf-8") as out:
    json.dump(bom, out, indent=2, ensure_ascii=False)
    out.write("\n")
PY
echo "$file"
