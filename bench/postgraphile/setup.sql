-- What users of PostGraphile say of these tables: which column refers to which table.
ALTER TABLE offices ADD FOREIGN KEY (country_id) REFERENCES countries;
ALTER TABLE officials ADD FOREIGN KEY (country_id) REFERENCES countries;
ALTER TABLE tenures ADD FOREIGN KEY (official_id) REFERENCES officials, ADD FOREIGN KEY (office_id) REFERENCES offices;
ALTER TABLE article_officials ADD FOREIGN KEY (article_id) REFERENCES articles, ADD FOREIGN KEY (tag_id) REFERENCES officials;
ALTER TABLE article_countries ADD FOREIGN KEY (article_id) REFERENCES articles, ADD FOREIGN KEY (tag_id) REFERENCES countries;
ALTER TABLE article_topics ADD FOREIGN KEY (article_id) REFERENCES articles, ADD FOREIGN KEY (tag_id) REFERENCES topics;
