ALTER TABLE enrollment.mt_streams SET (fillfactor = 80);
