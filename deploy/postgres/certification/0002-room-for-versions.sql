ALTER TABLE certification.mt_streams SET (fillfactor = 80);
