-- Written by authgen from authgen.yaml. Do not edit: a changed spec adds a file.

-- +goose Up

-- Add auth_sessions.remembered: the spec asks for it.
ALTER TABLE auth_sessions ADD COLUMN remembered INTEGER NOT NULL DEFAULT 0;

-- +goose Down

-- Undo: drop auth_sessions.remembered and what it holds.
ALTER TABLE auth_sessions DROP COLUMN remembered;
