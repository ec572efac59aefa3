ALTER TABLE scheduling.mt_streams SET (fillfactor = 80);
