/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.attack;

import java.util.Locale;

/** What can be asked for, in the order in which it is done. */
enum AttackName {
    FLOOD("requests as fast as they go: wrk, h2load, and many sources at once"),
    HTTP2("rapid reset, MadeYouReset, CONTINUATION flood and their kin, frame by frame"),
    HANDSHAKES("TLS handshakes begun and never ended, while devices connect"),
    SLOW("heads, bodies, reads, upgrades and CONNECT packets that never end"),
    INJECTION("sqlmap on every operation of the contract"),
    SCRIPTS("wapiti for script injection on every page that is served"),
    TAMPERING("the contract's own fuzzer: roles, organizations, and every part of a request"),
    IDS("ffuf on foreign and guessed ids"),
    TIMES("what the time of an answer gives away about foreign ids"),
    ORIGINS("requests that another site makes a browser send"),
    STUFFING("hydra on the log-in, and what its answers' times give away"),
    TLS("testssl.sh, sslscan and nmap on all listeners");

    private final String description;

    AttackName(String description) {
        this.description = description;
    }

    String description() {
        return description;
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
