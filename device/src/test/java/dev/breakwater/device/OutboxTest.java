/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.device.Outbox.Kind;
import dev.breakwater.device.Outbox.Message;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class OutboxTest {

    private final Outbox outbox = new Outbox();

    @Test
    void dropsTheOldestTelemetryFirst() throws Exception {
        outbox.offer(message(Kind.IMPORTANT, "reply", 1));
        for (int n = 0; n < Outbox.MESSAGES_MAX + 4; n++) {
            outbox.offer(message(Kind.TELEMETRY, "t" + n, 1));
        }
        assertThat(outbox.dropped()).isEqualTo(5);
        assertThat(takeAll()).hasSize(Outbox.MESSAGES_MAX).startsWith("reply", "t5", "t6");
    }

    @Test
    void dropsTheOldestOfAnyKindWhenThereIsNoTelemetry() throws Exception {
        for (int n = 0; n < Outbox.MESSAGES_MAX + 2; n++) {
            outbox.offer(message(Kind.IMPORTANT, "i" + n, 1));
        }
        assertThat(takeAll()).startsWith("i2", "i3").hasSize(Outbox.MESSAGES_MAX);
    }

    @Test
    void holdsNoMoreBytesThanItsLimit() throws Exception {
        int hundredKibibytes = 100 * 1024;
        for (int n = 0; n < 50; n++) {
            outbox.offer(message(Kind.TELEMETRY, "t" + n, hundredKibibytes));
        }
        int fit = Outbox.BYTES_MAX / hundredKibibytes;
        assertThat(takeAll()).hasSize(fit).startsWith("t" + (50 - fit));
    }

    @Test
    void neverDropsWhatIsOnItsWay() throws Exception {
        outbox.offer(message(Kind.TELEMETRY, "underway", 1));
        int packet = outbox.take(10).packetIdentifier();
        for (int n = 0; n < Outbox.MESSAGES_MAX + 10; n++) {
            outbox.offer(message(Kind.TELEMETRY, "t" + n, 1));
        }
        assertThat(outbox.acknowledged(packet).orElseThrow().topic()).isEqualTo("underway");
        assertThat(outbox.acknowledged(packet)).isEmpty();
    }

    @Test
    void putsWhatWasOnItsWayBackInFrontInOrder() throws Exception {
        for (int n = 0; n < 5; n++) {
            outbox.offer(message(Kind.TELEMETRY, "t" + n, 1));
        }
        outbox.take(10);
        outbox.acknowledged(outbox.take(10).packetIdentifier());
        outbox.take(10);
        outbox.connectionLost();
        assertThat(takeAll()).containsExactly("t0", "t2", "t3", "t4");
    }

    @Test
    void usesNoPacketIdentifierThatIsOnItsWay() throws Exception {
        outbox.offer(message(Kind.TELEMETRY, "slow", 1));
        int slow = outbox.take(10).packetIdentifier();
        for (int n = 0; n < 70_000; n++) {
            outbox.offer(message(Kind.TELEMETRY, "t", 1));
            int identifier = outbox.take(10).packetIdentifier();
            assertThat(identifier).isBetween(1, 65_535).isNotEqualTo(slow);
            outbox.acknowledged(identifier);
        }
    }

    @Test
    void isEmptyOnlyWhenAllIsAcknowledged() throws Exception {
        assertThat(outbox.awaitEmpty(Duration.ZERO)).isTrue();
        outbox.offer(message(Kind.IMPORTANT, "i", 1));
        int packet = outbox.take(10).packetIdentifier();
        assertThat(outbox.awaitEmpty(Duration.ZERO)).isFalse();
        outbox.acknowledged(packet);
        assertThat(outbox.awaitEmpty(Duration.ZERO)).isTrue();
    }

    private List<String> takeAll() throws InterruptedException {
        List<String> topics = new ArrayList<>();
        while (!outbox.awaitEmpty(Duration.ZERO)) {
            Outbox.Sending next = outbox.take(1);
            topics.add(next.message().topic());
            outbox.acknowledged(next.packetIdentifier());
        }
        return topics;
    }

    private static Message message(Kind kind, String topic, int bytes) {
        return new Message(kind, topic, new byte[bytes]);
    }
}
