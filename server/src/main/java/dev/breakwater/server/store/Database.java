/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.breakwater.server.durability.Backlog;
import dev.breakwater.server.durability.Completion;
import dev.breakwater.server.durability.ReadingLane;
import dev.breakwater.server.durability.StorageUnavailable;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteConnection;

/**
 * The database: many readers, one writer. Reads and {@link #write} block and belong on virtual
 * threads; {@link #submit} returns at once and is what the device channel's work arrives by.
 */
public final class Database implements AutoCloseable {

    /**
     * "BWTR", in SQLite's header field for the application that owns a file, which tells our files
     * from anybody else's; on PostgreSQL, the name of the writer's lock.
     */
    static final int APPLICATION_ID = 0x42575452;

    /** The ends of all indexes that grow must stay in memory, or every row costs a read. */
    private static final int SQLITE_WRITER_CACHE_KIB = 64 * 1024;

    /**
     * 256 MiB of log, if {@link LogFolding} does not keep up. With SQLite's 1,000 pages nearly
     * every group commit of a busy server would pay for a checkpoint.
     */
    private static final int SQLITE_CHECKPOINT_PAGES = 65_536;

    /** One attempt to get the write lock; the committing thread makes as many as it takes. */
    private static final int SQLITE_WRITER_BUSY_MILLIS = 1_000;

    private final Dialect dialect;
    private final HikariDataSource readers;
    private final Optional<LogFolding> folding;
    private final Map<Connection, Statements> preparedStatements = new ConcurrentHashMap<>();
    private final ExecutorService readerThreads;
    private final GroupCommit commits;
    private final Backlog backlog;
    private final TelemetryAppends appends;
    private final Duration writePatience;
    private final Changes changes;
    private final Limits limits;

    private Database(
            Dialect dialect,
            HikariDataSource readers,
            WriterConnection writer,
            Changes changes,
            Optional<LogFolding> folding,
            Limits limits,
            MeterRegistry meters) {
        this.dialect = dialect;
        this.changes = changes;
        this.limits = limits;
        this.readers = readers;
        this.folding = folding;
        this.readerThreads =
                Executors.newFixedThreadPool(
                        limits.of(Limit.STORE_READERS),
                        Thread.ofPlatform().daemon().name("reader-", 0).factory());
        this.backlog = new Backlog(limits.of(Limit.STORE_BACKLOG_BYTES));
        StoreMetrics metrics = new StoreMetrics(meters);
        this.commits =
                new GroupCommit(
                        writer,
                        limits.of(Limit.STORE_QUEUE_WRITES),
                        limits.of(Limit.STORE_COMMIT_WRITES),
                        backlog,
                        metrics);
        metrics.watch(backlog, commits::waiting);
        this.appends = new TelemetryAppends(commits, backlog, metrics, limits);
        this.writePatience = limits.seconds(Limit.STORE_WRITE_SECONDS);
    }

    /**
     * Opens the database and brings its tables to this version.
     *
     * @throws StorageUnavailable if it cannot be reached, is not Breakwater's, or was written by a
     *     newer version; nothing has been changed then
     */
    public static Database open(DatabaseLocation location, Limits limits, MeterRegistry meters) {
        return switch (location) {
            case DatabaseLocation.SqliteFile sqlite -> openSqlite(sqlite, limits, meters);
            case DatabaseLocation.PostgresServer postgres -> openPostgres(postgres, limits, meters);
        };
    }

    /** The same for whoever does not read its metrics. */
    public static Database open(DatabaseLocation location, Limits limits) {
        return open(location, limits, new SimpleMeterRegistry());
    }

    private static Database openSqlite(
            DatabaseLocation.SqliteFile location, Limits limits, MeterRegistry meters) {
        String url = "jdbc:sqlite:" + location.file().toAbsolutePath();
        SQLiteConfig writing = new SQLiteConfig();
        writing.setJournalMode(SQLiteConfig.JournalMode.WAL);
        writing.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
        writing.enforceForeignKeys(true);
        writing.setBusyTimeout(SQLITE_WRITER_BUSY_MILLIS);
        // Nobody asks for them, and each write would pay for a query.
        writing.setGetGeneratedKeys(false);
        writing.setCacheSize(-SQLITE_WRITER_CACHE_KIB);
        writing.setPragma(
                SQLiteConfig.Pragma.WAL_AUTOCHECKPOINT, Integer.toString(SQLITE_CHECKPOINT_PAGES));
        WriterConnection.Opener opener =
                () -> DriverManager.getConnection(url, writing.toProperties());
        SqliteFile.claim(location.file(), url);
        SQLiteConfig reading = new SQLiteConfig();
        reading.setReadOnly(true);
        reading.setBusyTimeout(5_000);
        HikariConfig pool = new HikariConfig();
        pool.setDataSourceProperties(reading.toProperties());
        // A file does not grow stale like a network's connection, and what is prepared is kept.
        pool.setMaxLifetime(0);
        pool.setReadOnly(true);
        return assemble(Dialect.SQLITE, url, new Properties(), opener, pool, limits, meters);
    }

    private static Database openPostgres(
            DatabaseLocation.PostgresServer location, Limits limits, MeterRegistry meters) {
        Properties credentials = new Properties();
        credentials.setProperty("user", location.user());
        credentials.setProperty("password", location.password());
        HikariConfig pool = new HikariConfig();
        pool.setUsername(location.user());
        pool.setPassword(location.password());
        pool.setReadOnly(true);
        WriterConnection.Opener opener =
                () -> claimPostgres(DriverManager.getConnection(location.url(), credentials));
        return assemble(
                Dialect.POSTGRESQL, location.url(), credentials, opener, pool, limits, meters);
    }

    /**
     * Makes sure that this process is the only writer, which "look, decide, write" relies on, and
     * that a commit means on disk whatever the server's default is. The lock ends with the
     * connection.
     */
    private static Connection claimPostgres(Connection connection) throws SQLException {
        Statements statements = new Statements(connection);
        // The writer before us may be ending; its server process lets go a moment after it.
        statements.execute("SET lock_timeout = '5s'");
        try {
            statements.count("SELECT 1 FROM pg_advisory_lock(?)", (long) APPLICATION_ID);
        } catch (SQLException taken) {
            connection.close();
            throw new SQLException("another Breakwater process writes to this database", taken);
        }
        statements.execute("SET synchronous_commit = on");
        statements.closeStatements();
        return connection;
    }

    private static Database assemble(
            Dialect dialect,
            String url,
            Properties credentials,
            WriterConnection.Opener opener,
            HikariConfig pool,
            Limits limits,
            MeterRegistry meters) {
        SchemaMigration.run(dialect, url, credentials);
        pool.setJdbcUrl(url);
        pool.setPoolName("readers");
        pool.setMaximumPoolSize(limits.of(Limit.STORE_READERS));
        pool.setMinimumIdle(1);
        HikariDataSource readers = new HikariDataSource(pool);
        Optional<LogFolding> folding =
                dialect == Dialect.SQLITE ? Optional.of(new LogFolding(opener)) : Optional.empty();
        Changes changes = new Changes();
        WriterConnection writer =
                new WriterConnection(
                        opener,
                        dialect,
                        () -> folding.filter(LogFolding::takeRest).isPresent(),
                        changes);
        Database database =
                new Database(dialect, readers, writer, changes, folding, limits, meters);
        try {
            // Opens the writing connection now, so that a second process fails at its start.
            database.write(transaction -> transaction.count("SELECT 1"));
            folding.ifPresent(LogFolding::start);
        } catch (StorageUnavailable refused) {
            database.close();
            throw refused;
        }
        return database;
    }

    /**
     * Reads. Blocks; sees everything that was durable when it began.
     *
     * <p>SQLite runs inside the calling thread, as native code, and a virtual thread keeps its
     * carrier all that time: a slow read for each processor would stop everything that runs on
     * virtual threads, revocations included. So it runs on a thread of its own, and the caller
     * parks. How many of these threads people's requests may have, their lane says.
     */
    <T> T read(Query<T> query) {
        return ReadingLane.read(() -> readAtOnce(query));
    }

    /**
     * Room to remember rows of one kind, for as long as nothing that they were read from changes.
     *
     * @param sources the ids of all rows that a value was read from; {@link ChangedRows} must know
     *     their tables
     */
    <K, V> RememberedRows<K, V> remember(Function<? super V, List<?>> sources) {
        return new RememberedRows<>(
                limits.of(Limit.STORE_ROWS_REMEMBERED),
                limits.seconds(Limit.STORE_ROW_SECONDS),
                sources,
                changes,
                System::nanoTime);
    }

    private <T> T readAtOnce(Query<T> query) {
        if (dialect != Dialect.SQLITE || !Thread.currentThread().isVirtual()) {
            return readHere(query);
        }
        try {
            return CompletableFuture.supplyAsync(() -> readHere(query), readerThreads).join();
        } catch (CompletionException failed) {
            throw unwrapped(failed);
        } catch (RejectedExecutionException closed) {
            throw new StorageUnavailable("the store is closed", closed);
        }
    }

    private <T> T readHere(Query<T> query) {
        try (Connection connection = readers.getConnection()) {
            if (dialect == Dialect.SQLITE) {
                // To prepare a look-up costs more than to run it. A connection and what is prepared
                // on it serve one reader at a time, and live as long as the pool.
                return query.run(
                        preparedStatements.computeIfAbsent(
                                connection.unwrap(SQLiteConnection.class), Statements::new));
            }
            Statements statements = new Statements(connection);
            try {
                return query.run(statements);
            } finally {
                statements.closeStatements();
            }
        } catch (SQLException refused) {
            throw Submitted.unavailable(refused);
        }
    }

    /**
     * Writes, and returns when it is durable. Throws what the work threw, or {@link
     * StorageUnavailable}, also when the database has not even begun with it within {@link
     * Limit#STORE_WRITE_SECONDS}: it is withdrawn then.
     */
    <T> T write(Work<T> work) {
        CompletableFuture<T> outcome = new CompletableFuture<>();
        Submitted<T> submitted =
                commits.submit(
                        work,
                        new Completion<T>() {
                            @Override
                            public void durable(T value) {
                                outcome.complete(value);
                            }

                            @Override
                            public void failed(RuntimeException cause) {
                                outcome.completeExceptionally(cause);
                            }
                        });
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return outcome.get(writePatience.toMillis(), TimeUnit.MILLISECONDS);
                } catch (TimeoutException late) {
                    if (submitted.withdraw()) {
                        throw new StorageUnavailable(
                                "the database took no write for %d s: %s"
                                        .formatted(writePatience.toSeconds(), commits.trouble()),
                                late);
                    }
                } catch (InterruptedException later) {
                    // Whether it is stored is not known before it is; the caller must not guess.
                    interrupted = true;
                } catch (ExecutionException failed) {
                    throw unwrapped(failed);
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static RuntimeException unwrapped(Exception failed) {
        return failed.getCause() instanceof RuntimeException cause
                ? cause
                : new IllegalStateException(failed);
    }

    /** Writes without waiting; {@link Completion} says when and how it ended. */
    <T> void submit(Work<T> work, Completion<? super T> completion) {
        Submitted<T> _ = commits.submit(Alongside.joined(work), completion);
    }

    /** Where readings queue up for the next commit. */
    TelemetryAppends telemetryAppends() {
        return appends;
    }

    /** How much waits for the disk, for whoever can wait with sending more. */
    public Backlog backlog() {
        return backlog;
    }

    /** How many writes wait for the disk. */
    public int writesWaiting() {
        return commits.waiting();
    }

    Dialect dialect() {
        return dialect;
    }

    /**
     * Closes the readers, commits what was accepted, and closes the writer. In this order, because
     * SQLite folds its log into the file when the last connection that may write is closed.
     */
    @Override
    public void close() {
        readerThreads.shutdown();
        readers.close();
        folding.ifPresent(LogFolding::close);
        commits.close();
    }
}
