/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.attack;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** What can be asked for, in the order in which it is done. */
enum AttackName {
    FLOOD("requests as fast as they go: wrk, h2load, and many sources at once", 5, false),
    HTTP2("rapid reset, MadeYouReset, CONTINUATION flood and their kin, frame by frame", 2, true),
    HANDSHAKES("TLS handshakes begun and never ended, while devices connect", 3, false),
    SLOW("heads, bodies, reads, upgrades and CONNECT packets that never end", 10, false),
    INJECTION("sqlmap on every operation of the contract", 21, true),
    SCRIPTS("wapiti for script injection on every page that is served", 6, true),
    TAMPERING("the contract's own fuzzer: roles, organizations, and every part of a request", 9, true),
    IDS("ffuf on foreign and guessed ids", 5, true),
    ORIGINS("requests that another site makes a browser send", 2, true),
    STUFFING("hydra on the log-in, and what its answers' times give away", 6, true),
    TLS("testssl.sh, sslscan and nmap on all listeners", 8, true);

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

    /** Those that the build's checks make, each as far as it does not depend on time. */
    static Set<AttackName> ofChecks() {
        return Arrays.stream(values())
                .filter(one -> one.inChecks)
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(AttackName.class)));
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
