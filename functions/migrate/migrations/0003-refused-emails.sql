-- Whose address took no email, or reported one as spam. Code that doesn't know the columns goes on.
alter table users
  add column emails_refused_at timestamptz,
  add column emails_refused_by text check (emails_refused_by in ('bounce', 'complaint'));
