-- +goose Up

-- What the changed node was called after the change, or before it where the change deleted it. Empty where there is nothing, and where it
-- is not known.
ALTER TABLE changes ADD COLUMN title TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE changes ADD COLUMN slug TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE changes ADD COLUMN language TEXT COLLATE "C" NOT NULL DEFAULT '';
