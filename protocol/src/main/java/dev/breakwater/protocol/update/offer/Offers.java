/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.update.offer;

import dev.breakwater.protocol.message.MalformedMessage;
import dev.breakwater.protocol.message.Members;
import dev.breakwater.protocol.update.release.ReleaseVersion;
import java.util.Set;
import java.util.UUID;

/** Reads both forms of an offer. */
final class Offers {

    static final String NOUN = "an update's offer";

    private Offers() {}

    static UpdateOffer withdrawn(Members members) throws MalformedMessage {
        members.requireWithin(Set.of("rollout", "withdrawn"));
        if (!members.flag("withdrawn")) {
            throw new MalformedMessage(NOUN + " has withdrawn only if it is true");
        }
        return new UpdateOffer.Withdrawn(members.uuid("rollout"));
    }

    static UpdateOffer standing(Members members) throws MalformedMessage {
        members.requireWithin(Set.of("rollout", "version", "path", "consent", "statement"));
        UUID rollout = members.uuid("rollout");
        String version = members.text("version");
        String path = members.text("path");
        UpdateConsent consent =
                UpdateConsent.of(members.text("consent"))
                        .orElseThrow(
                                () ->
                                        new MalformedMessage(
                                                NOUN
                                                        + " has the consent automatic, owner or given"));
        String statement = members.text("statement");
        return members.built(
                () ->
                        new UpdateOffer.Standing(
                                rollout,
                                new ReleaseVersion(version),
                                path,
                                consent,
                                SignedStatement.parse(statement)));
    }
}
