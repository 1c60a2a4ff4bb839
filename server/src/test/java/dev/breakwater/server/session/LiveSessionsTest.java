/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.server.organization.OrganizationId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

final class LiveSessionsTest {

    private final LiveSessions sessions = new LiveSessions();
    private final DeviceId device = DeviceId.fresh();

    @Test
    void closesTheSessionBeforeAsTakenOver() {
        RecordingSession first = new RecordingSession(device);
        RecordingSession second = new RecordingSession(device);
        sessions.attach(first);
        sessions.attach(second);

        assertThat(first.farewells()).containsExactly(FarewellReason.TAKEN_OVER);
        assertThat(second.farewells()).isEmpty();
        assertThat(sessions.of(device)).containsSame(second);
        assertThat(sessions.count()).isOne();
    }

    @Test
    void keepsTheSuccessorWhenTheSessionTakenOverEnds() {
        RecordingSession first = new RecordingSession(device);
        RecordingSession second = new RecordingSession(device);
        sessions.attach(first);
        sessions.attach(second);

        assertThat(sessions.detach(first)).isFalse();
        assertThat(sessions.of(device)).containsSame(second);
        assertThat(sessions.detach(second)).isTrue();
        assertThat(sessions.of(device)).isEmpty();
    }

    @Test
    void closesOneDeviceAndNoOther() {
        RecordingSession victim = new RecordingSession(device);
        RecordingSession bystander = new RecordingSession(DeviceId.fresh());
        sessions.attach(victim);
        sessions.attach(bystander);

        sessions.close(device, FarewellReason.DEVICE_REVOKED);
        sessions.close(DeviceId.fresh(), FarewellReason.DEVICE_REVOKED);

        assertThat(victim.farewells()).containsExactly(FarewellReason.DEVICE_REVOKED);
        assertThat(bystander.farewells()).isEmpty();
        assertThat(sessions.all()).containsExactly(bystander);
    }

    /** Who asks right after a revocation must not read that the device is still connected. */
    @Test
    void forgetsTheSessionBeforeItHasSaidItsFarewell() {
        RecordingSession slow = new RecordingSession(device);
        sessions.attach(slow);

        sessions.close(device, FarewellReason.DEVICE_REVOKED);

        assertThat(sessions.of(device)).isEmpty();
        assertThat(sessions.count()).isZero();
        // It ends later, on its own thread, and finds that it is not the device's session any more.
        assertThat(sessions.detach(slow)).isFalse();
    }

    @Test
    void keepsTheSessionThatBeganWhileTheOneBeforeWasClosing() {
        RecordingSession closing = new RecordingSession(device);
        RecordingSession next = new RecordingSession(device);
        sessions.attach(closing);
        sessions.close(device, FarewellReason.DEVICE_SUSPENDED);
        sessions.attach(next);

        assertThat(sessions.detach(closing)).isFalse();
        assertThat(sessions.of(device)).containsSame(next);
        // One farewell each: the session that was closed has not been taken over as well.
        assertThat(closing.farewells()).containsExactly(FarewellReason.DEVICE_SUSPENDED);
        assertThat(next.farewells()).isEmpty();
    }

    @Test
    void closesASessionOnceOnly() {
        RecordingSession session = new RecordingSession(device);
        sessions.attach(session);

        sessions.close(device, FarewellReason.DEVICE_SUSPENDED);
        sessions.close(device, FarewellReason.DEVICE_REVOKED);

        assertThat(session.farewells()).containsExactly(FarewellReason.DEVICE_SUSPENDED);
    }

    @Test
    void closesAllDevicesOfOneOrganizationAndNoOther() {
        OrganizationId reef = OrganizationId.fresh();
        RecordingSession first = new RecordingSession(device, reef);
        RecordingSession second = new RecordingSession(DeviceId.fresh(), reef);
        RecordingSession bystander = new RecordingSession(DeviceId.fresh());
        sessions.attach(first);
        sessions.attach(second);
        sessions.attach(bystander);

        sessions.closeAll(reef, FarewellReason.ORGANIZATION_DISABLED);

        assertThat(first.farewells()).containsExactly(FarewellReason.ORGANIZATION_DISABLED);
        assertThat(second.farewells()).containsExactly(FarewellReason.ORGANIZATION_DISABLED);
        assertThat(bystander.farewells()).isEmpty();
    }

    @Test
    void givesEachSessionALaterEpochThanAllBefore() {
        long first = sessions.attach(new RecordingSession(device));
        long second = sessions.attach(new RecordingSession(device));
        sessions.close(device, FarewellReason.DEVICE_SUSPENDED);
        long third = sessions.attach(new RecordingSession(device));

        assertThat(List.of(first, second, third)).isSorted().doesNotHaveDuplicates();
    }

    /** Whoever attaches last has the latest epoch, however the threads are interleaved. */
    @Test
    void givesTheLatestEpochToTheSessionThatStays() throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            for (int round = 0; round < 200; round++) {
                ConcurrentHashMap<DeviceSession, Long> epochs = new ConcurrentHashMap<>();
                List<Callable<Long>> attaching = new ArrayList<>();
                for (int i = 0; i < 4; i++) {
                    RecordingSession session = new RecordingSession(device);
                    attaching.add(
                            () -> {
                                long epoch = sessions.attach(session);
                                epochs.put(session, epoch);
                                return epoch;
                            });
                }
                long latest = 0;
                for (Future<Long> attached : threads.invokeAll(attaching)) {
                    latest = Math.max(latest, attached.get());
                }
                DeviceSession staying = sessions.of(device).orElseThrow();
                assertThat(epochs.get(staying)).isEqualTo(latest);
            }
        }
    }

    @Test
    void letsOnlyTheDevicesOwnSessionSayALastWord() {
        List<String> said = new ArrayList<>();
        RecordingSession takenOver = new RecordingSession(device);
        RecordingSession last = new RecordingSession(device);
        sessions.attach(takenOver);
        sessions.attach(last);

        sessions.detach(takenOver, () -> said.add("taken over"));
        assertThat(sessions.of(device)).containsSame(last);
        sessions.detach(last, () -> said.add("last"));
        sessions.detach(last, () -> said.add("again"));

        assertThat(said).containsExactly("last");
        assertThat(sessions.of(device)).isEmpty();
    }

    @Test
    void keepsALastWordUntilItsTime() {
        RecordingSession session = new RecordingSession(device);
        sessions.attach(session);
        Word word = new Word(session.organization());

        assertThat(sessions.detachUnsaid(session, word)).isTrue();
        assertThat(sessions.unsaid()).isOne();
        sessions.say(device, word);
        sessions.say(device, word);

        assertThat(word.became).containsExactly("said");
        assertThat(sessions.unsaid()).isZero();
    }

    @Test
    void dropsTheLastWordOfADeviceThatIsBack() {
        RecordingSession session = new RecordingSession(device);
        sessions.attach(session);
        Word word = new Word(session.organization());
        sessions.detachUnsaid(session, word);

        sessions.attach(new RecordingSession(device));
        sessions.say(device, word);

        assertThat(word.became).containsExactly("dropped");
    }

    @Test
    void dropsTheLastWordOfADeviceThatIsTakenOff() {
        RecordingSession session = new RecordingSession(device);
        sessions.attach(session);
        Word word = new Word(session.organization());
        sessions.detachUnsaid(session, word);

        sessions.close(device, FarewellReason.DEVICE_REVOKED);
        sessions.say(device, word);

        assertThat(word.became).containsExactly("dropped");
    }

    @Test
    void dropsTheLastWordsOfOneOrganizationAndNoOther() {
        RecordingSession session = new RecordingSession(device);
        RecordingSession bystander = new RecordingSession(DeviceId.fresh());
        Word word = new Word(session.organization());
        Word other = new Word(bystander.organization());
        sessions.attach(session);
        sessions.attach(bystander);
        sessions.detachUnsaid(session, word);
        sessions.detachUnsaid(bystander, other);

        sessions.closeAll(session.organization(), FarewellReason.ORGANIZATION_DISABLED);

        assertThat(word.became).containsExactly("dropped");
        assertThat(other.became).isEmpty();
        assertThat(sessions.unsaid()).isOne();
    }

    @Test
    void keepsNoLastWordOfASessionThatIsNotTheDevicesOwn() {
        RecordingSession takenOver = new RecordingSession(device);
        sessions.attach(takenOver);
        sessions.attach(new RecordingSession(device));
        Word word = new Word(takenOver.organization());

        assertThat(sessions.detachUnsaid(takenOver, word)).isFalse();
        sessions.say(device, word);

        assertThat(word.became).isEmpty();
    }

    /** A last word that tells what became of it. */
    private static final class Word implements LastWord {

        private final OrganizationId organization;
        private final List<String> became = new ArrayList<>();

        Word(OrganizationId organization) {
            this.organization = organization;
        }

        @Override
        public OrganizationId organization() {
            return organization;
        }

        @Override
        public void say() {
            became.add("said");
        }

        @Override
        public void drop() {
            became.add("dropped");
        }
    }
}
