-- Sessions from before this are over: docs/adr/0071. Code that doesn't know the column goes on.
alter table users add column sessions_from timestamptz;
