/// The schema as SQLite holds it. A release that changes it adds a migration, and then this text.
let goldenSchema = """
    CREATE TABLE chain (
        number INTEGER PRIMARY KEY,
        name TEXT NOT NULL UNIQUE CHECK (name <> ''),
        window INTEGER NOT NULL CHECK (window >= 0),
        start INTEGER CHECK (start >= 0),
        highest INTEGER CHECK (highest >= 0),
        forgotten INTEGER CHECK (forgotten >= 0),
        final_height INTEGER CHECK (final_height >= 0),
        final_hash TEXT,
        final_time INTEGER,
        halt_height INTEGER CHECK (halt_height >= 0),
        halt_hash TEXT,
        halt_time INTEGER,
        halt_reason TEXT,
        halt_since INTEGER,
        halt_count INTEGER NOT NULL DEFAULT 0 CHECK (halt_count >= 0),
        generation INTEGER NOT NULL DEFAULT 0 CHECK (generation >= 0), unproven INTEGER CHECK (unproven >= 0),
        CHECK ((final_height IS NULL) = (final_hash IS NULL)),
        CHECK ((final_height IS NULL) = (final_time IS NULL)),
        CHECK ((halt_height IS NULL) = (halt_hash IS NULL)),
        CHECK ((halt_height IS NULL) = (halt_time IS NULL)),
        CHECK ((halt_height IS NULL) = (halt_reason IS NULL)),
        CHECK ((halt_height IS NULL) = (halt_since IS NULL)),
        CHECK (halt_height IS NULL OR halt_count > 0)
    ) STRICT;

    CREATE TABLE header (
        chain INTEGER NOT NULL REFERENCES chain (number),
        height INTEGER NOT NULL CHECK (height >= 0),
        hash TEXT NOT NULL CHECK (hash <> ''),
        parent TEXT NOT NULL,
        time INTEGER NOT NULL,
        PRIMARY KEY (chain, height)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE address (
        chain INTEGER NOT NULL REFERENCES chain (number),
        key BLOB NOT NULL CHECK (length(key) > 0),
        memo TEXT NOT NULL DEFAULT '',
        text TEXT NOT NULL CHECK (text <> ''),
        label TEXT,
        first INTEGER CHECK (first >= 0),
        covered INTEGER CHECK (covered >= 0),
        generation INTEGER NOT NULL CHECK (generation > 0),
        added INTEGER NOT NULL,
        PRIMARY KEY (chain, key, memo)
    ) STRICT, WITHOUT ROWID;

    CREATE INDEX address_by_generation ON address (chain, generation);

    CREATE INDEX address_by_label ON address (chain, label) WHERE label IS NOT NULL;

    CREATE TABLE backfill (
        number INTEGER PRIMARY KEY,
        chain INTEGER NOT NULL REFERENCES chain (number),
        generation INTEGER NOT NULL CHECK (generation > 0),
        low INTEGER NOT NULL CHECK (low >= 0),
        next INTEGER NOT NULL CHECK (next >= low),
        high INTEGER NOT NULL CHECK (high >= next),
        last_hash TEXT
    ) STRICT;

    CREATE INDEX backfill_by_generation ON backfill (chain, generation);

    CREATE TABLE deposit (
        number INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE CHECK (id GLOB 'dep_*'),
        chain INTEGER NOT NULL REFERENCES chain (number),
        tx TEXT NOT NULL CHECK (tx <> ''),
        position TEXT NOT NULL CHECK (position <> ''),
        asset TEXT NOT NULL CHECK (asset <> ''),
        amount TEXT NOT NULL
            CHECK (amount NOT GLOB '*[^0-9]*' AND amount GLOB '[1-9]*' AND length(amount) <= 78),
        key BLOB NOT NULL CHECK (length(key) > 0),
        address TEXT NOT NULL CHECK (address <> ''),
        memo TEXT,
        senders TEXT NOT NULL,
        maturity INTEGER NOT NULL CHECK (maturity >= 0),
        doubt TEXT CHECK (
            doubt = 'memo missing' OR doubt = 'memo unknown' OR doubt = 'transaction type unknown' OR
            doubt = 'amount not received'),
        label TEXT,
        depth INTEGER CHECK (depth >= 0),
        finality INTEGER NOT NULL CHECK (finality IN (0, 1)),
        fallback_depth INTEGER CHECK (fallback_depth >= 0),
        fallback_after INTEGER,
        rule TEXT NOT NULL,
        silent INTEGER NOT NULL CHECK (silent IN (0, 1)),
        status TEXT NOT NULL CHECK (
            status = 'seen' OR status = 'dropped' OR status = 'detected' OR status = 'confirmed' OR
            status = 'finalized' OR status = 'orphaned' OR status = 'reversed' OR status = 'review'),
        height INTEGER CHECK (height >= 0),
        hash TEXT CHECK (hash <> ''),
        time INTEGER,
        review TEXT CHECK (
            review = 'memo missing' OR review = 'memo unknown' OR review = 'transaction type unknown' OR
            review = 'amount not received'),
        sequence INTEGER NOT NULL CHECK (sequence >= 0),
        due_tip INTEGER CHECK (due_tip >= height),
        due_final INTEGER CHECK (due_final >= 0),
        due_fallback INTEGER CHECK (due_fallback >= 0),
        UNIQUE (chain, tx, position),
        CHECK (depth IS NOT NULL OR finality = 1),
        CHECK ((fallback_depth IS NULL) = (fallback_after IS NULL)),
        CHECK (silent = 1 OR sequence > 0),
        CHECK ((status IN ('seen', 'dropped')) = (height IS NULL)),
        CHECK ((height IS NULL) = (hash IS NULL)),
        CHECK ((height IS NULL) = (time IS NULL)),
        CHECK ((status = 'review') = (review IS NOT NULL)),
        CHECK ((status IN ('detected', 'confirmed')) = (due_tip IS NOT NULL)),
        CHECK (due_final IS NULL OR due_tip IS NOT NULL),
        CHECK (due_fallback IS NULL OR due_final IS NOT NULL)
    ) STRICT;

    CREATE INDEX deposit_by_block ON deposit (chain, height) WHERE height IS NOT NULL;

    CREATE INDEX deposit_due_by_depth ON deposit (chain, due_tip)
        WHERE due_tip IS NOT NULL AND due_final IS NULL;

    CREATE INDEX deposit_due_by_finality ON deposit (chain, due_final, due_tip)
        WHERE due_final IS NOT NULL;

    CREATE INDEX deposit_due_by_fallback ON deposit (chain, due_fallback)
        WHERE due_fallback IS NOT NULL;

    CREATE INDEX deposit_by_status ON deposit (chain, status, number);

    CREATE INDEX deposit_by_address ON deposit (chain, address, number);

    CREATE INDEX deposit_by_label ON deposit (label, number) WHERE label IS NOT NULL;

    CREATE TABLE event (
        number INTEGER PRIMARY KEY,
        id TEXT NOT NULL CHECK (id GLOB 'evt_*'),
        type TEXT NOT NULL CHECK (type GLOB 'deposit.*' OR type GLOB 'chain.*' OR type GLOB 'callback.*'),
        chain INTEGER NOT NULL REFERENCES chain (number),
        deposit INTEGER REFERENCES deposit (number),
        sequence INTEGER CHECK (sequence > 0),
        body TEXT NOT NULL CHECK (body <> ''),
        at INTEGER NOT NULL,
        UNIQUE (deposit, sequence),
        CHECK ((type GLOB 'deposit.*') = (deposit IS NOT NULL)),
        CHECK ((deposit IS NULL) = (sequence IS NULL))
    ) STRICT;

    CREATE INDEX event_of_chain ON event (chain, type) WHERE deposit IS NULL;

    CREATE UNIQUE INDEX event_untied ON event (id) WHERE deposit IS NULL;

    CREATE INDEX event_by_time ON event (at);

    CREATE TABLE turn (
        deposit INTEGER NOT NULL REFERENCES deposit (number),
        sequence INTEGER NOT NULL CHECK (sequence >= 0),
        number INTEGER NOT NULL CHECK (number > 0),
        status TEXT NOT NULL,
        height INTEGER CHECK (height >= 0),
        hash TEXT,
        time INTEGER,
        review TEXT,
        at INTEGER NOT NULL,
        PRIMARY KEY (deposit, sequence, number),
        CHECK ((height IS NULL) = (hash IS NULL)),
        CHECK ((height IS NULL) = (time IS NULL))
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE callback (
        number INTEGER PRIMARY KEY,
        name TEXT NOT NULL UNIQUE CHECK (name <> ''),
        events TEXT,
        chains TEXT,
        assets TEXT,
        labels TEXT,
        active INTEGER NOT NULL CHECK (active IN (0, 1)),
        failures INTEGER NOT NULL DEFAULT 0 CHECK (failures >= 0),
        failing_since INTEGER,
        rests INTEGER NOT NULL DEFAULT 0 CHECK (rests >= 0),
        rests_until INTEGER,
        width INTEGER CHECK (width > 0),
        paused INTEGER,
        paused_because TEXT CHECK (paused_because <> ''),
        pauses INTEGER NOT NULL DEFAULT 0 CHECK (pauses >= 0),
        CHECK ((failures = 0) = (failing_since IS NULL)),
        CHECK ((paused IS NULL) = (paused_because IS NULL))
    ) STRICT;

    CREATE TABLE endpoint (
        callback INTEGER PRIMARY KEY REFERENCES callback (number),
        url TEXT NOT NULL CHECK (url GLOB 'http*://*'),
        headers BLOB CHECK (length(headers) > 0),
        timeout INTEGER CHECK (timeout > 0),
        concurrency INTEGER CHECK (concurrency > 0),
        schedule TEXT CHECK (schedule <> ''),
        pause_after INTEGER CHECK (pause_after > 0),
        secret BLOB NOT NULL CHECK (length(secret) > 0),
        old_secret BLOB CHECK (length(old_secret) > 0),
        made INTEGER NOT NULL
    ) STRICT;

    CREATE TABLE delivery (
        number INTEGER PRIMARY KEY,
        callback INTEGER NOT NULL REFERENCES callback (number),
        event INTEGER NOT NULL REFERENCES event (number),
        line TEXT NOT NULL CHECK (line <> ''),
        status TEXT NOT NULL CHECK (status = 'waiting' OR status = 'delivered' OR status = 'exhausted'),
        step INTEGER NOT NULL DEFAULT 0 CHECK (step >= 0),
        next INTEGER,
        UNIQUE (event, callback),
        CHECK (next IS NULL OR status = 'waiting')
    ) STRICT;

    CREATE INDEX delivery_due ON delivery (callback, next, number) WHERE next IS NOT NULL;

    CREATE INDEX delivery_line ON delivery (callback, line, number) WHERE status = 'waiting';

    CREATE INDEX delivery_waiting ON delivery (callback, number) WHERE status = 'waiting';

    CREATE INDEX delivery_exhausted ON delivery (callback, number) WHERE status = 'exhausted';

    CREATE TABLE attempt (
        delivery INTEGER NOT NULL REFERENCES delivery (number),
        number INTEGER NOT NULL CHECK (number > 0),
        at INTEGER NOT NULL,
        milliseconds INTEGER NOT NULL CHECK (milliseconds >= 0),
        status INTEGER,
        failure TEXT,
        excerpt TEXT NOT NULL,
        PRIMARY KEY (delivery, number),
        CHECK ((status IS NULL) <> (failure IS NULL)),
        CHECK (length(CAST(excerpt AS BLOB)) <= 1024)
    ) STRICT, WITHOUT ROWID;

    """
