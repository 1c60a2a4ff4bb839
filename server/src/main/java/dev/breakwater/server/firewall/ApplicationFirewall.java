/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.firewall;

import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.session.LiveSessions;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;

/**
 * All of the firewall.
 *
 * @param gate what is asked about messages, connections and calls
 * @param rules how it is told what to say
 * @param findings what it has noticed
 */
public record ApplicationFirewall(Firewall gate, FirewallRules rules, Findings findings) {

    /** Wires it, and puts all stored rules in force. Blocks. */
    public static ApplicationFirewall over(
            FirewallStore rules,
            FindingStore findings,
            LiveSessions sessions,
            Limits limits,
            MeterRegistry meters,
            Clock clock) {
        Firewall gate = new Firewall(limits, meters, clock);
        FirewallRules inForce = new FirewallRules(rules, gate, limits);
        inForce.load();
        return new ApplicationFirewall(
                gate,
                inForce,
                new Findings(findings, gate, inForce, sessions, limits, meters, clock));
    }
}
