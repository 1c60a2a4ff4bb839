/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.protocol.sealing.SealingKey;
import dev.breakwater.protocol.update.trust.DirectoryTrustStore;
import dev.breakwater.protocol.update.trust.RepositoryClient;
import dev.breakwater.protocol.update.trust.TrustedRepository;
import dev.breakwater.protocol.update.trust.UpdateRefused;
import dev.breakwater.testkit.TestClock;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The clock of a server that signs timestamps and snapshots is set ten years ahead and back. */
class SetClockUpkeepTest {

    private static final Duration TEN_YEARS = Duration.ofDays(3_652);
    private static final Duration TIMESTAMP_LIFE = Duration.ofDays(7);
    private static final Duration SNAPSHOT_LIFE = Duration.ofDays(30);

    @TempDir Path directory;
    private final SealingKey sealingKey = SealingKey.random();
    private StoredReleases there;
    private Instant start;

    @BeforeEach
    void begin() throws Exception {
        there = StoredReleases.fresh(directory, sealingKey);
        start = there.clock.instant();
        there.root(1);
        there.upload("firmware 1.1");
        there.publish(1, Map.of("1.1/tank.zip", there.target("1.1", 2, "firmware 1.1")));
    }

    @AfterEach
    void end() {
        there.close();
    }

    private RepositoryView view() {
        return there.releases.repositories().of(there.organization, there.product).orElseThrow();
    }

    private int signDue() {
        return there.releases.upkeep().signDue();
    }

    /** What a device with a clock of its own believes. */
    private RepositoryClient device(String name, Instant now) throws Exception {
        DirectoryTrustStore trust =
                new DirectoryTrustStore(Files.createDirectories(directory.resolve(name)));
        if (trust.read("root").isEmpty()) {
            trust.write("root", there.file("1.root.json"));
        }
        return new RepositoryClient(
                trust,
                file ->
                        there.releases
                                .metadata()
                                .file(there.organization, there.product, file)
                                .map(ByteArrayInputStream::new),
                TestClock.at(now),
                System::nanoTime);
    }

    private void signedAhead() {
        there.clock.advance(TEN_YEARS);
        assertThat(signDue()).isEqualTo(1);
        assertThat(view().timestamp().orElseThrow().expires())
                .isEqualTo(start.plus(TEN_YEARS).plus(TIMESTAMP_LIFE));
        assertThat(view().snapshot().orElseThrow().expires())
                .isEqualTo(start.plus(TEN_YEARS).plus(SNAPSHOT_LIFE));
        there.clock.advance(TEN_YEARS.negated());
    }

    private void livesNoLongerThanItMay(long version) {
        assertThat(view().timestamp().orElseThrow().version()).isEqualTo(version);
        assertThat(view().timestamp().orElseThrow().expires())
                .isEqualTo(start.plus(TIMESTAMP_LIFE));
        assertThat(view().snapshot().orElseThrow().version()).isEqualTo(version);
        assertThat(view().snapshot().orElseThrow().expires()).isEqualTo(start.plus(SNAPSHOT_LIFE));
    }

    @Test
    void signsAgainAtOnceAfterTheWayBackWhatWouldLiveForTenYears() throws Exception {
        assertThat(device("d", start).refresh().snapshot().version()).isEqualTo(1);
        signedAhead();
        // A device that has met those files goes on to the ones with the right life.
        assertThat(device("d", start).refresh().snapshot().version()).isEqualTo(2);

        assertThat(signDue()).isEqualTo(1);

        livesNoLongerThanItMay(3);
        assertThat(signDue()).isZero();
        TrustedRepository trusted = device("d", start).refresh();
        assertThat(trusted.snapshot().version()).isEqualTo(3);
        Instant later = start.plus(TIMESTAMP_LIFE).plusSeconds(1);
        assertThatThrownBy(() -> device("d", later).refresh()).isInstanceOf(UpdateRefused.class);
        assertThat(device("e", start).refresh().targets().version()).isEqualTo(1);
    }

    @Test
    void doesSoAfterARestartToo() {
        signedAhead();
        StoredReleases before = there;
        before.close();
        there = StoredReleases.reopened(directory, sealingKey, before);

        assertThat(signDue()).isEqualTo(1);

        there.clock.set(start);
        livesNoLongerThanItMay(3);
    }

    @Test
    void signsNothingAgainForASmallStepBack() {
        there.clock.advance(Duration.ofSeconds(-59));

        assertThat(signDue()).isZero();
    }

    @Test
    void tellsOfWhatEndsSoonThoughItDidSoByAClockAhead() {
        RepositoryUpkeep upkeep = there.releases.upkeep();
        there.clock.advance(TEN_YEARS);
        assertThat(upkeep.giveNotice()).hasSize(1);
        there.clock.advance(TEN_YEARS.negated());
        assertThat(upkeep.giveNotice()).isEmpty();
        there.clock.advance(Duration.ofDays(340));

        assertThat(upkeep.giveNotice()).hasSize(1);
        assertThat(upkeep.giveNotice()).isEmpty();
    }
}
