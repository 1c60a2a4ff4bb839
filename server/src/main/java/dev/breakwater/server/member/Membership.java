/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.member;

import dev.breakwater.server.limits.Limits;
import java.time.Clock;

/**
 * All that people need of the server: to come in, to prove who they are, to go on.
 *
 * @param members who there is
 * @param logIn how a session begins
 * @param sessions how it goes on and ends
 */
public record Membership(Members members, LogIn logIn, MemberSessions sessions) {

    /** Wires it; access tokens of an earlier process are not good any more. */
    public static Membership over(
            MemberStore members, MemberSessionStore sessions, Limits limits, Clock clock) {
        Passwords passwords = new Passwords();
        MemberSessions begun = new MemberSessions(sessions, limits, clock);
        return new Membership(
                new Members(members, passwords, limits, clock),
                new LogIn(members, begun, passwords, limits, clock),
                begun);
    }
}
