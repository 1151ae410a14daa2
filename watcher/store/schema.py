"""The tables, as named steps: each is applied once, in its own transaction, and recorded by sqlite-utils.

Times are UTC as "2026-03-02T06:00:00+00:00", dates as "2026-03-02", lists and records as JSON. All tables stand in this
one file, however long: who reads a query looks here for what it is about.
"""

from __future__ import annotations

from sqlite_utils import Database, Migrations

migrations = Migrations("watcher")


@migrations()
def m001_works(db: Database) -> None:
    """Works, the records that they are made of, and by what records find each other (`keyed`: the last record that has
    its keys in `keys`). Records are read far more often for what they are compared by than for what they contain: that
    stands apart, so that more of them are on a page.

    What is matched and told is kept by record: a work can be parted, and each record takes along what is its own.
    """
    db.executescript("""
        CREATE TABLE works (
            id INTEGER PRIMARY KEY,
            -- Of a list of more than two, SQLite builds a table for each row that it checks.
            kind TEXT NOT NULL CHECK (kind = 'article' OR kind = 'preprint' OR kind = 'news' OR kind = 'notice'),
            title TEXT NOT NULL,
            doi TEXT, pmid TEXT, pmcid TEXT, url TEXT,
            published TEXT,
            first_seen_at TEXT NOT NULL,
            leading_record INTEGER
        );
        CREATE TABLE records (
            id INTEGER PRIMARY KEY,
            work_id INTEGER NOT NULL REFERENCES works (id),
            source TEXT NOT NULL,
            source_id TEXT NOT NULL,
            retrieved_at TEXT NOT NULL,
            rank TEXT NOT NULL,
            doi TEXT, pmid TEXT, pmcid TEXT, url TEXT,
            signature TEXT NOT NULL,
            UNIQUE (source, source_id)
        );
        CREATE INDEX records_of_work ON records (work_id);
        CREATE TABLE contents (
            record_id INTEGER PRIMARY KEY REFERENCES records (id),
            content TEXT NOT NULL
        );
        CREATE TABLE keys (
            key INTEGER NOT NULL,
            record_id INTEGER NOT NULL,
            PRIMARY KEY (key, record_id)
        ) WITHOUT ROWID;
        CREATE TABLE keyed (last_record INTEGER NOT NULL);
        INSERT INTO keyed VALUES (0);
        CREATE TABLE links (
            one INTEGER NOT NULL,
            other INTEGER NOT NULL,
            strength INTEGER,
            rule TEXT NOT NULL,
            evidence TEXT NOT NULL,
            PRIMARY KEY (one, other)
        ) WITHOUT ROWID;
        CREATE INDEX links_back ON links (other, one);
        CREATE TABLE corrections (
            one INTEGER NOT NULL REFERENCES records (id),
            other INTEGER NOT NULL REFERENCES records (id),
            same INTEGER NOT NULL,
            corrected_at TEXT NOT NULL,
            PRIMARY KEY (one, other)
        ) WITHOUT ROWID;
        CREATE INDEX corrections_back ON corrections (other, one);
        CREATE TABLE record_matches (
            record_id INTEGER NOT NULL REFERENCES records (id),
            query TEXT NOT NULL,
            phrases TEXT NOT NULL,
            matched_at TEXT NOT NULL,
            PRIMARY KEY (record_id, query)
        ) WITHOUT ROWID;
        CREATE INDEX matches_of_query ON record_matches (query);
        CREATE VIEW matches AS
            SELECT work_id, query, phrases, min(matched_at) AS matched_at
            FROM record_matches JOIN records ON records.id = record_id GROUP BY work_id, query;
        CREATE TABLE relations (
            work_id INTEGER NOT NULL REFERENCES works (id),
            kind TEXT NOT NULL,
            other_id INTEGER REFERENCES works (id),
            other_pmid TEXT NOT NULL,
            PRIMARY KEY (work_id, kind, other_pmid)
        ) WITHOUT ROWID;
        CREATE INDEX relations_to_pmid ON relations (other_pmid);
        CREATE INDEX relations_to_work ON relations (other_id);
    """)


@migrations()
def m002_runs(db: Database) -> None:
    """Polls and what came of them; what a feed's server gave for the next conditional GET."""
    db.executescript("""
        CREATE TABLE runs (
            id INTEGER PRIMARY KEY,
            source TEXT NOT NULL,
            query TEXT,
            started_at TEXT NOT NULL,
            finished_at TEXT,
            window_first TEXT, window_last TEXT,
            found INTEGER NOT NULL DEFAULT 0,
            new INTEGER NOT NULL DEFAULT 0,
            error TEXT,
            notes TEXT NOT NULL DEFAULT '[]',
            term TEXT
        );
        CREATE INDEX runs_of_source ON runs (source, query, id);
        CREATE INDEX runs_by_time ON runs (started_at);
        CREATE TABLE feeds (
            name TEXT PRIMARY KEY,
            url TEXT NOT NULL,
            terms TEXT NOT NULL,
            etag TEXT, last_modified TEXT
        ) WITHOUT ROWID;
    """)


@migrations()
def m003_digests(db: Database) -> None:
    """Digests, what they told, and the frozen messages that carry them (`dots` counts what a kill may have handed over,
    `brief` goes in a message's stead); alarms; each digest's page and its works as JSON, packed by zlib.
    """
    db.executescript("""
        CREATE TABLE digests (
            id INTEGER PRIMARY KEY,
            name TEXT NOT NULL,
            composed_at TEXT NOT NULL,
            since TEXT,
            until TEXT NOT NULL,
            subject TEXT NOT NULL
        );
        CREATE INDEX digests_of_name ON digests (name, id);
        CREATE TABLE entries (
            digest_id INTEGER NOT NULL REFERENCES digests (id),
            work_id INTEGER NOT NULL REFERENCES works (id),
            section TEXT NOT NULL,
            position INTEGER NOT NULL,
            record_id INTEGER NOT NULL REFERENCES records (id),
            change TEXT NOT NULL DEFAULT '',
            PRIMARY KEY (digest_id, record_id)
        ) WITHOUT ROWID;
        CREATE INDEX entries_of_record ON entries (record_id);
        CREATE INDEX entries_of_work ON entries (work_id);
        CREATE TABLE deliveries (
            id INTEGER PRIMARY KEY,
            digest_id INTEGER NOT NULL REFERENCES digests (id),
            recipient TEXT NOT NULL,
            message_id TEXT NOT NULL UNIQUE,
            state TEXT NOT NULL CHECK (state IN ('pending', 'sending', 'sent', 'unknown', 'failed')),
            attempts INTEGER NOT NULL DEFAULT 0,
            next_attempt_at TEXT,
            changed_at TEXT NOT NULL,
            error TEXT,
            message BLOB NOT NULL,
            dots INTEGER NOT NULL DEFAULT 0,
            successor INTEGER REFERENCES deliveries (id),
            brief_id TEXT,
            brief BLOB
        );
        CREATE INDEX deliveries_of_digest ON deliveries (digest_id);
        CREATE INDEX deliveries_of_recipient ON deliveries (recipient);
        CREATE INDEX deliveries_by_successor ON deliveries (successor) WHERE successor IS NOT NULL;
        CREATE INDEX deliveries_waiting ON deliveries (state) WHERE state IN ('pending', 'sending', 'unknown');
        CREATE VIEW given_up AS
            SELECT * FROM deliveries
            WHERE state = 'pending' AND attempts > 0 AND next_attempt_at IS NULL AND dots = 0;
        CREATE TABLE turns (
            digest TEXT PRIMARY KEY,
            taken_at TEXT NOT NULL
        ) WITHOUT ROWID;
        CREATE TABLE alarms (
            digest TEXT NOT NULL,
            cause TEXT NOT NULL,
            since TEXT NOT NULL,
            raised_at TEXT NOT NULL,
            over INTEGER NOT NULL,
            PRIMARY KEY (digest, cause)
        ) WITHOUT ROWID;
        CREATE TABLE editions (
            digest_id INTEGER PRIMARY KEY REFERENCES digests (id),
            day TEXT NOT NULL,
            counts TEXT NOT NULL,
            page BLOB NOT NULL,
            works BLOB NOT NULL
        );
    """)


@migrations()
def m004_said_by_pubmed(db: Database) -> None:
    """PMIDs that PubMed lists and does not give; how it read a term; the notes that a digest has told already."""
    db.executescript("""
        CREATE TABLE absences (
            pmid TEXT NOT NULL,
            query TEXT NOT NULL,
            first_missed_at TEXT NOT NULL,
            last_missed_at TEXT NOT NULL,
            PRIMARY KEY (pmid, query)
        ) WITHOUT ROWID;
        ALTER TABLE runs ADD COLUMN translation TEXT NOT NULL DEFAULT '';
        CREATE TABLE told_notes (
            digest TEXT NOT NULL,
            note TEXT NOT NULL,
            PRIMARY KEY (digest, note)
        ) WITHOUT ROWID;
    """)


@migrations()
def m005_feeds_over_time(db: Database) -> None:
    """Where a feed has moved to, whether it is still asked, and when it published; works looked up in PubMed."""
    db.executescript("""
        ALTER TABLE feeds ADD COLUMN moved_to TEXT;
        ALTER TABLE feeds ADD COLUMN missing_since TEXT;
        ALTER TABLE feeds ADD COLUMN stopped INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE feeds ADD COLUMN not_before TEXT;
        ALTER TABLE feeds ADD COLUMN days TEXT NOT NULL DEFAULT '[]';
        ALTER TABLE feeds ADD COLUMN quiet_told TEXT;
        CREATE TABLE lookups (
            work_id INTEGER NOT NULL REFERENCES works (id),
            key TEXT NOT NULL,
            first_asked_at TEXT NOT NULL,
            last_asked_at TEXT NOT NULL,
            found INTEGER NOT NULL,
            PRIMARY KEY (work_id, key)
        ) WITHOUT ROWID;
    """)


@migrations()
def m006_loads(db: Database) -> None:
    """NLM's files and how far each was loaded; what a record's content was before; what PubMed has deleted."""
    db.executescript("""
        CREATE TABLE loads (
            path TEXT PRIMARY KEY,
            size INTEGER NOT NULL,
            mtime INTEGER NOT NULL,
            terms TEXT NOT NULL,
            records_done INTEGER NOT NULL,
            finished_at TEXT
        ) WITHOUT ROWID;
        CREATE TABLE revisions (
            record_id INTEGER NOT NULL REFERENCES records (id),
            replaced_at TEXT NOT NULL,
            content TEXT NOT NULL
        );
        CREATE INDEX revisions_of_record ON revisions (record_id);
        CREATE TABLE withdrawn (
            pmid TEXT PRIMARY KEY,
            noted_at TEXT NOT NULL,
            source TEXT NOT NULL
        ) WITHOUT ROWID;
    """)


@migrations()
def m007_short_answers_and_follows(db: Database) -> None:
    """Whether an absence may be a short answer's; when stored records were last asked about."""
    db.executescript("""
        ALTER TABLE absences ADD COLUMN sure INTEGER NOT NULL DEFAULT 1;
        CREATE TABLE follows (
            pmid TEXT PRIMARY KEY,
            asked_at TEXT NOT NULL
        ) WITHOUT ROWID;
    """)


@migrations()
def m008_record_texts(db: Database) -> None:
    """The words of each record, for terms and for who searches: an index without the texts themselves."""
    db.executescript("""
        CREATE VIRTUAL TABLE records_text USING fts5 (
            title, abstract, keywords, words, more, catalogue, content = '', tokenize = 'ascii'
        );
        CREATE VIRTUAL TABLE records_words USING fts5vocab (records_text, row);
    """)


@migrations()
def m009_sources(db: Database) -> None:
    """The cited works: when PubMed was asked about one by an identifier; what cites one (`known` of `cited_in` counts
    the first answer, which `citing` marks); their pages as last seen, what changed on them, and which digest told it.
    """
    db.executescript("""
        CREATE TABLE cited_lookups (
            key TEXT PRIMARY KEY,
            asked_at TEXT NOT NULL
        ) WITHOUT ROWID;
        CREATE INDEX records_by_time ON records (retrieved_at);
        CREATE TABLE cited_in (
            pmid TEXT PRIMARY KEY,
            asked_at TEXT NOT NULL,
            known INTEGER
        ) WITHOUT ROWID;
        CREATE TABLE citing (
            cited TEXT NOT NULL,
            pmid TEXT NOT NULL,
            noted_at TEXT NOT NULL,
            known INTEGER NOT NULL,
            PRIMARY KEY (cited, pmid)
        ) WITHOUT ROWID;
        CREATE TABLE pages (
            url TEXT PRIMARY KEY,
            title TEXT NOT NULL,
            sentences TEXT, pending TEXT, unsteady TEXT,
            etag TEXT, last_modified TEXT,
            found_at TEXT, moved_to TEXT,
            looked_at TEXT, due_at TEXT,
            missing_since TEXT, failing_since TEXT, unread_at TEXT,
            gone INTEGER NOT NULL,
            error TEXT
        ) WITHOUT ROWID;
        CREATE TABLE page_changes (
            id INTEGER PRIMARY KEY,
            url TEXT NOT NULL,
            noted_at TEXT NOT NULL,
            kind TEXT NOT NULL CHECK (kind IN ('gone', 'back', 'moved', 'changed')),
            moved_to TEXT,
            removed TEXT NOT NULL,
            added TEXT NOT NULL
        );
        CREATE TABLE told_pages (
            digest_id INTEGER NOT NULL REFERENCES digests (id),
            change_id INTEGER NOT NULL REFERENCES page_changes (id),
            PRIMARY KEY (digest_id, change_id)
        ) WITHOUT ROWID;
    """)


@migrations()
def m010_relatedness(db: Database) -> None:
    """What is counted of the archive's words, and up to which record and revision; what was held back; ratings."""
    db.executescript("""
        CREATE TABLE archive (
            version INTEGER NOT NULL,
            records INTEGER NOT NULL,
            last_record INTEGER NOT NULL,
            last_revision INTEGER NOT NULL
        );
        INSERT INTO archive VALUES (0, 0, 0, 0);
        CREATE TABLE archive_terms (
            term TEXT PRIMARY KEY,
            records INTEGER NOT NULL,
            total REAL NOT NULL,
            squares REAL NOT NULL
        ) WITHOUT ROWID;
        CREATE TABLE held (
            digest_id INTEGER NOT NULL REFERENCES digests (id),
            work_id INTEGER NOT NULL REFERENCES works (id),
            section TEXT NOT NULL,
            record_id INTEGER NOT NULL REFERENCES records (id),
            PRIMARY KEY (digest_id, record_id)
        ) WITHOUT ROWID;
        CREATE INDEX held_of_work ON held (work_id);
        CREATE INDEX held_of_record ON held (record_id);
        CREATE TABLE ratings (
            record_id INTEGER PRIMARY KEY REFERENCES records (id),
            good INTEGER NOT NULL,
            rated_at TEXT NOT NULL
        );
    """)
