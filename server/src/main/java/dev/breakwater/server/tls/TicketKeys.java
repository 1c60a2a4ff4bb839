/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.tls;

import dev.breakwater.protocol.SecureBytes;
import io.netty.handler.ssl.OpenSslSessionTicketKey;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The keys that seal session tickets (RFC 5077, RFC 8446 section 4.6.1). The newest seals; the
 * older ones only open, until they are forgotten, and with each all tickets that it sealed: so no
 * ticket is good for longer than the limit says, whatever lifetime it claims, and whoever takes the
 * keys out of memory opens no TLS 1.2 session that is older. They live in memory alone; after a
 * restart everybody makes a full handshake.
 *
 * <p>They are looked at whenever a connection is about to use them, as BoringSSL does with its own,
 * which would live for two to four days.
 */
final class TicketKeys {

    /** Beyond these the oldest is forgotten, however short the rotation. */
    private static final int KEPT_MAX = 16;

    private final Duration rotation;
    private final Duration life;
    private final Clock clock;
    private final Deque<Made> newestFirst = new ArrayDeque<>();
    private long dueMillis;

    private record Made(OpenSslSessionTicketKey key, long atMillis) {}

    /**
     * @param rotation after which another key seals; not more than {@code life} counts
     * @param life after which a key is forgotten
     */
    TicketKeys(Duration rotation, Duration life, Clock clock) {
        this.rotation = rotation.compareTo(life) < 0 ? rotation : life;
        this.life = life;
        this.clock = clock;
        rotate(clock.millis());
    }

    /** Makes a new key and forgets old ones if it is time; says whether anything changed. */
    boolean rotateIfDue() {
        long now = clock.millis();
        // Also when the clock was set back: nobody knows then how old the keys are.
        boolean due = now >= dueMillis || now < dueMillis - rotation.toMillis();
        if (due) {
            rotate(now);
        }
        return due;
    }

    private void rotate(long now) {
        newestFirst.removeIf(made -> now - made.atMillis >= life.toMillis() || made.atMillis > now);
        while (newestFirst.size() >= KEPT_MAX) {
            newestFirst.removeLast();
        }
        newestFirst.addFirst(
                new Made(
                        new OpenSslSessionTicketKey(
                                bytes(OpenSslSessionTicketKey.NAME_SIZE),
                                bytes(OpenSslSessionTicketKey.HMAC_KEY_SIZE),
                                bytes(OpenSslSessionTicketKey.AES_KEY_SIZE)),
                        now));
        dueMillis = now + rotation.toMillis();
    }

    private byte[] bytes(int count) {
        return SecureBytes.fresh(count);
    }

    /** All that open, the one that seals first. */
    OpenSslSessionTicketKey[] all() {
        return newestFirst.stream().map(Made::key).toArray(OpenSslSessionTicketKey[]::new);
    }
}
