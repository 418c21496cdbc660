"""${message}

Revision ID: ${up_revision}
Revises: ${down_revision | comma,n}

Before you write this migration:

- The previous release runs on the new schema while the new one is rolled out. Expand first (a
  new table, a nullable column, an index), change the code in the next release, contract (drop,
  NOT NULL, rename) in the one after that. Never rename or drop what the released code uses.
- Statements give up after the lock time-out of env.py, so that a migration that cannot get its
  lock fails at once and nobody queues up behind it. Do not raise it. Split the step instead.
- On PostgreSQL, add an index to a table that is in use with ``postgresql_concurrently=True``
  inside ``with op.get_context().autocommit_block():``; add a constraint with ``NOT VALID`` and
  validate it in a second migration; fill a new column in batches, outside the migration.
- On SQLite, change a table with ``op.batch_alter_table``. It rebuilds the table, which drops its
  triggers: make them again. Foreign keys are off meanwhile and are checked at the end.
- Import nothing from the program: what it means by a name changes, this file must not.
- A migration goes forward only; a mistake is mended by the next one. Back up first.

Then write the number of this file into HEAD, change tables.py, and run tests/integration.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
${imports if imports else ""}
revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = None
depends_on = None


def upgrade() -> None:
    ${upgrades if upgrades else "raise NotImplementedError"}
