/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.server.store.TelemetryBlock.StoredReading;
import dev.breakwater.server.telemetry.EventType;
import dev.breakwater.server.telemetry.NewReading;
import dev.breakwater.server.telemetry.PayloadForm;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The stored form, byte by byte. */
final class TelemetryBlockTest {

    /** 1,000,000 microseconds after 1970. */
    private static final long AT = 1_000_000;

    private static final TelemetryRun RUN =
            new TelemetryRun(7, 3, false, AT, AT + 200, 2, 2, 0, 11);

    @TempDir Path directory;

    private final TelemetryBlock.Builder block = new TelemetryBlock.Builder();

    @BeforeEach
    void begin() {
        block.begin();
    }

    @Test
    void writesWhatItsDescriptionSays() throws SQLException {
        add(3, AT, Optional.empty(), PayloadForm.JSON, 300, "{}");
        add(3, AT + 200, Optional.empty(), PayloadForm.JSON, NewReading.NO_PACKET_ID, "{}");
        add(5, AT + 1, Optional.of(new EventType("a")), PayloadForm.CBOR, 1, " ");

        try (Database database = open()) {
            byte[] runs = insertAndRead(database, "runs");
            byte[] content = insertAndRead(database, "content");

            assertThat(hex(runs))
                    .isEqualTo(
                            "01" // version
                                    + "02" // two runs
                                    + "03" // device 3
                                    + "04" // two readings
                                    + "00" // from the block's first time
                                    + "c801" // for 200 microseconds
                                    + "0d" // in 13 bytes
                                    + "02" // device 5
                                    + "03" // one event
                                    + "01" // one microsecond after the block's first time
                                    + "00" // for no time
                                    + "07"); // in 7 bytes
            assertThat(hex(content))
                    .isEqualTo(
                            "00" // at the run's first time
                                    + "04" // with a packet identifier
                                    + "ac02" // which is 300
                                    + "02" // two bytes
                                    + "7b7d"
                                    + "c801" // 200 microseconds later
                                    + "00" // nothing special
                                    + "02" // two bytes
                                    + "7b7d"
                                    + "00" // at the run's first time
                                    + "07" // CBOR, an event type, a packet identifier
                                    + "0161" // "a"
                                    + "01" // packet identifier 1
                                    + "01" // one byte
                                    + "20");
        }
    }

    @Test
    void readsWhatItWrote() throws SQLException {
        byte[] part = HexFormat.of().parseHex("0004ac02027b7d" + "c80100027b7d");

        List<StoredReading> readings = TelemetryBlock.readings(RUN, part);

        assertThat(readings)
                .extracting(StoredReading::sequence)
                .containsExactly(7L * 65_536 + 2, 7L * 65_536 + 3);
        assertThat(readings).extracting(StoredReading::packetId).containsExactly(300, 0);
        assertThat(readings).extracting(StoredReading::atUs).containsExactly(AT, AT + 200);
        assertThat(readings)
                .allSatisfy(reading -> assertThat(reading.reading().json()).isEqualTo("{}"));
    }

    @Test
    void readsTheFormOfEachReading() throws SQLException {
        byte[] part = HexFormat.of().parseHex("0001027b7d" + "c80108027b7d");

        assertThat(TelemetryBlock.readings(RUN, part))
                .extracting(stored -> stored.reading().form())
                .containsExactly(PayloadForm.CBOR, PayloadForm.SEALED);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "                         | they end inside a number",
                "0004ac02027b7d           | they end inside a number",
                "0004ac02027b7dc80100027b | they end too early",
                "0004ac02027b7dc80100027b7d00 | 1 bytes are left over",
                "0010027b7dc80100027b7d   | 16 stands where at most 15 may",
                "0009027b7dc80100027b7d   | a reading is CBOR and sealed",
                "0004ffff04027b7dc80100027b7d | 81919 stands where at most 65535 may",
                "8000 00027b7dc80100027b7d | longer than it needs to be",
                "ffffffffffffffffff7f     | more than 63 bits",
                "0004ac02027b7dc70100027b7d | does not end at its last time"
            })
    void refusesDamagedContent(String bytes, String why) {
        byte[] part = HexFormat.of().parseHex(bytes == null ? "" : bytes.replace(" ", ""));

        assertThatThrownBy(() -> TelemetryBlock.readings(RUN, part))
                .isInstanceOf(SQLException.class)
                .hasMessageStartingWith("stored telemetry is damaged: ")
                .hasMessageContaining(why);
    }

    @Test
    void refusesRunsOfAnotherVersionAndWhatIsCutOffOrLeftOver() throws SQLException {
        add(3, AT, Optional.empty(), PayloadForm.JSON, 1, "{}");
        try (Database database = open()) {
            byte[] runs = insertAndRead(database, "runs");
            byte[] newer = runs.clone();
            newer[0] = 2;
            for (byte[] damaged :
                    List.of(
                            newer,
                            Arrays.copyOf(runs, runs.length - 1),
                            Arrays.copyOf(runs, runs.length + 1))) {
                database.write(t -> t.update("UPDATE telemetry_block SET runs = ?", damaged));
                assertThatThrownBy(() -> database.read(TelemetryBlockTest::runs))
                        .hasMessageContaining("stored telemetry is damaged");
            }
        }
    }

    /** Beyond ten minutes a search by time would not look. */
    @Test
    void partsARunThatWouldLastTooLong() throws SQLException {
        for (long at : new long[] {AT, AT + TelemetryRun.SPAN_US_MAX, AT + 700_000_000}) {
            add(3, at, Optional.empty(), PayloadForm.JSON, 1, "{}");
        }
        try (Database database = open()) {
            insertAndRead(database, "runs");

            List<TelemetryRun> runs = database.read(TelemetryBlockTest::runs);

            assertThat(runs).extracting(TelemetryRun::readings).containsExactly(2, 1);
            assertThat(runs).extracting(TelemetryRun::firstIndex).containsExactly(0, 2);
        }
    }

    private static List<TelemetryRun> runs(Statements statements) throws SQLException {
        return statements
                .list(
                        "SELECT block_no, first_at_us, runs FROM telemetry_block",
                        TelemetryBlock::runs)
                .getFirst();
    }

    private void add(
            long device,
            long at,
            Optional<EventType> event,
            PayloadForm form,
            int packetId,
            String payload) {
        block.add(device, at, event, form, packetId, payload.getBytes(UTF_8));
    }

    private Database open() {
        return Fleet.open(new DatabaseLocation.SqliteFile(directory.resolve("breakwater.db")));
    }

    /** Stores the block, unless it is there already. */
    private byte[] insertAndRead(Database database, String column) {
        return database.write(
                transaction -> {
                    if (transaction.count("SELECT count(*) FROM telemetry_block") == 0) {
                        block.insert(transaction, TelemetryProgress.read(transaction));
                    }
                    return transaction
                            .one(
                                    "SELECT runs, content FROM telemetry_block",
                                    row -> row.bytes(column))
                            .orElseThrow();
                });
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
