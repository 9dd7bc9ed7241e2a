create table users (
  id uuid primary key default gen_random_uuid(),
  email text not null,
  password_hash text not null,
  role text not null check (role in ('user', 'admin')),
  created_at timestamptz not null default now(),
  disabled_at timestamptz
);

create unique index users_email on users (lower(email));

-- Attempts to sign in, by account and by address, in the current window.
create table login_attempts (
  subject text primary key,
  attempts integer not null,
  window_started_at timestamptz not null
);
