-- The roles of the whole server. Run by migrate each time; who may do what is in the grants.sql of each database.
DO $$
DECLARE
  role text;
BEGIN
  FOREACH role IN ARRAY ARRAY[
    'tremplin_owner', 'tremplin_identity', 'tremplin_enrollment', 'tremplin_scheduling', 'tremplin_certification',
    'tremplin_auditor', 'tremplin_backup']
  LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role) THEN
      EXECUTE format('CREATE ROLE %I', role);
    END IF;
    EXECUTE format('ALTER ROLE %I NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS', role);
  END LOOP;
END
$$;

-- Owns databases and tables, and nobody logs in as it: only migrate puts it on.
ALTER ROLE tremplin_owner NOLOGIN;

ALTER ROLE tremplin_identity LOGIN;
ALTER ROLE tremplin_enrollment LOGIN;
ALTER ROLE tremplin_scheduling LOGIN;
ALTER ROLE tremplin_certification LOGIN;
-- Of a replica that is gone without a word, or the network to it, the server would keep the transaction, and with it the
-- lock of a cohort, for two hours.
ALTER ROLE tremplin_enrollment SET idle_in_transaction_session_timeout = '10s';
ALTER ROLE tremplin_scheduling SET idle_in_transaction_session_timeout = '10s';
ALTER ROLE tremplin_certification SET idle_in_transaction_session_timeout = '10s';

ALTER ROLE tremplin_auditor LOGIN;
ALTER ROLE tremplin_auditor SET default_transaction_read_only = on;

-- For pg_dump.
ALTER ROLE tremplin_backup LOGIN;
ALTER ROLE tremplin_backup SET default_transaction_read_only = on;
GRANT pg_read_all_data TO tremplin_backup;
