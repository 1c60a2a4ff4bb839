/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RememberedRowsTest {

    private static final Duration AGE_MAX = Duration.ofSeconds(60);

    private final Changes changes = new Changes();
    private final AtomicLong nanos = new AtomicLong();
    private final AtomicInteger readings = new AtomicInteger();
    private final RememberedRows<String, String> rows =
            new RememberedRows<>(16, AGE_MAX, value -> List.of("row"), changes, nanos::get);

    @BeforeEach
    void settle() {
        changes.settle();
    }

    private String read(String key) {
        return rows.row(key, _ -> true, this::reading).orElseThrow();
    }

    private Optional<String> reading() {
        return Optional.of("reading " + readings.incrementAndGet());
    }

    @Test
    void readsOnceWhatDoesNotChange() {
        assertThat(read("a")).isEqualTo("reading 1");
        assertThat(read("a")).isEqualTo("reading 1");
        assertThat(read("b")).isEqualTo("reading 2");
    }

    @Test
    void readsAgainAfterAChangeAndThenNoMore() {
        read("a");
        changes.raise(List.of("row"));
        assertThat(read("a")).isEqualTo("reading 2");
        assertThat(read("a")).isEqualTo("reading 2");
        changes.raise(List.of("another"));
        assertThat(read("a")).isEqualTo("reading 2");
    }

    @Test
    void servesNobodyByAReadingThatAChangeHasOvertaken() {
        Optional<String> old =
                rows.row(
                        "a",
                        _ -> true,
                        () -> {
                            Optional<String> before = reading();
                            changes.raise(List.of("row"));
                            return before;
                        });
        assertThat(old).contains("reading 1");
        assertThat(read("a")).isEqualTo("reading 2");
    }

    @Test
    void keepsNothingOfWhatIsNotThere() {
        assertThat(rows.row("a", _ -> true, Optional::empty)).isEmpty();
        assertThat(read("a")).isEqualTo("reading 1");
    }

    @Test
    void readsAnewForWhomItDoesNotServe() {
        read("a");
        assertThat(rows.row("a", _ -> false, this::reading)).contains("reading 2");
        assertThat(read("a")).isEqualTo("reading 2");
    }

    @Test
    void readsAgainWhatIsTooOld() {
        read("a");
        nanos.addAndGet(AGE_MAX.toNanos() - 1);
        assertThat(read("a")).isEqualTo("reading 1");
        nanos.incrementAndGet();
        assertThat(read("a")).isEqualTo("reading 2");
    }

    @Test
    void pushesOutTheOldestAndGrowsByNothing() {
        RememberedRows<Integer, String> few =
                new RememberedRows<>(4, AGE_MAX, value -> List.of("row"), changes, nanos::get);
        for (int key = 0; key < 5; key++) {
            nanos.incrementAndGet();
            few.row(key, _ -> true, this::reading);
        }
        assertThat(few.row(4, _ -> true, this::reading)).contains("reading 5");
        assertThat(few.row(1, _ -> true, this::reading)).contains("reading 2");
        assertThat(few.row(0, _ -> true, this::reading)).contains("reading 6");
    }

    @Test
    void remembersNothingWhileNobodyKnowsWhatBecameOfTheLastCommit() {
        read("a");
        changes.unsettle();
        assertThat(read("a")).isEqualTo("reading 2");
        assertThat(read("a")).isEqualTo("reading 3");
        changes.settle();
        assertThat(read("a")).isEqualTo("reading 4");
        assertThat(read("a")).isEqualTo("reading 4");
    }

    /** A server that is lost while it commits may have done so, and may still be at it. */
    @Test
    void staysUnsettledFromALostWriterUntilThereIsANewOne() throws SQLException {
        AtomicInteger openings = new AtomicInteger();
        WriterConnection writer =
                new WriterConnection(
                        () -> {
                            if (openings.incrementAndGet() == 2) {
                                throw new SQLException("still gone");
                            }
                            return DriverManager.getConnection("jdbc:sqlite::memory:");
                        },
                        Dialect.SQLITE,
                        () -> false,
                        changes);
        writer.commit(writer.begin());
        assertThat(changes.stand(changes.current(), List.of("row"))).isTrue();
        writer.discard();
        assertThatThrownBy(writer::begin).isInstanceOf(SQLException.class);
        assertThat(changes.stand(changes.current(), List.of("row"))).isFalse();
        writer.commit(writer.begin());
        assertThat(changes.stand(changes.current(), List.of("row"))).isTrue();
        writer.discard();
    }
}
