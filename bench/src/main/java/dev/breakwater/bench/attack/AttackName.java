/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.attack;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** What can be asked for, in the order in which it is done. */
enum AttackName {
    FLOOD("requests as fast as they go: wrk, h2load, and many sources at once", 4, false),
    HTTP2("rapid reset, MadeYouReset, CONTINUATION flood and their kin, frame by frame", 1, true),
    HANDSHAKES("TLS handshakes begun and never ended, while devices connect", 3, false),
    SLOW("heads, bodies, reads, upgrades and CONNECT packets that never end", 8, false),
    INJECTION("sqlmap on every operation of the contract", 22, true),
    SCRIPTS("wapiti for script injection on every page that is served", 5, true),
    TAMPERING(
            "the contract's own fuzzer: roles, organizations, and every part of a request",
            4,
            true),
    IDS("ffuf on foreign and guessed ids", 2, true),
    TIMES("what the time of an answer gives away about foreign ids", 2, false),
    ORIGINS("requests that another site makes a browser send", 1, true),
    STUFFING("hydra on the log-in, and what its answers' times give away", 5, true),
    TLS("testssl.sh, sslscan and nmap on all listeners", 5, true);

    private final String description;
    private final int minutes;
    private final boolean inChecks;

    /**
     * One attack.
     *
     * @param minutes about so many in its full length, on two cores
     * @param inChecks whether some of its figures hold on any machine, however busy it is
     */
    AttackName(String description, int minutes, boolean inChecks) {
        this.description = description;
        this.minutes = minutes;
        this.inChecks = inChecks;
    }

    /**
     * Those that the build's checks make, each as far as it does not depend on time. First those
     * that leave nothing behind, for they share a server.
     */
    static List<AttackName> ofChecks() {
        return Arrays.stream(values())
                .filter(one -> one.inChecks)
                .sorted(Comparator.comparing(one -> one.attack().leavesTraces()))
                .toList();
    }

    String description() {
        return description;
    }

    int minutes() {
        return minutes;
    }

    Attack attack() {
        return switch (this) {
            case FLOOD -> new FloodAttack();
            case HTTP2 -> new Http2Attack();
            case HANDSHAKES -> new HandshakeAttack();
            case SLOW -> new SlowAttack();
            case INJECTION -> new InjectionAttack();
            case SCRIPTS -> new ScriptAttack();
            case TAMPERING -> new TamperingAttack();
            case IDS -> new GuessedIdsAttack();
            case TIMES -> new ForeignIdTimesAttack();
            case ORIGINS -> new ForgedOriginAttack();
            case STUFFING -> new StuffingAttack();
            case TLS -> new TlsScanAttack();
        };
    }

    /** As it is written. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
