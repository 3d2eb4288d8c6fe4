#!/bin/bash
# At the first start: the role that API and workers sign in as. It owns nothing; `fieldcase migrate` grants what it needs.
set -euo pipefail
psql --set ON_ERROR_STOP=1 --set "password=$POSTGRES_APP_PASSWORD" --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" <<'SQL'
create role fieldcase_application login password :'password';
SQL
