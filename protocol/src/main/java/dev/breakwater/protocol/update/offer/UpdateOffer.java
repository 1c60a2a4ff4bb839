/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.update.offer;

import dev.breakwater.protocol.message.MalformedMessage;
import dev.breakwater.protocol.message.Members;
import dev.breakwater.protocol.update.release.ReleaseVersion;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * An update waits for a device, or waits no more; on {@code me/update/offer}. It is a hint: a
 * device installs what was signed, and an offer that says otherwise is refused.
 *
 * <pre>{@code
 * switch (UpdateOffer.parse(payload)) {
 *     case UpdateOffer.Standing offer -> consider(offer);
 *     case UpdateOffer.Withdrawn withdrawn -> stop(withdrawn.rollout());
 * }
 * }</pre>
 */
public sealed interface UpdateOffer {

    /** The longest payload, in bytes of JSON: it fits into one packet of the channel. */
    int BYTES_MAX = 96 * 1024;

    /** The longest statement in an offer: that which names a thousand devices fits. */
    int STATEMENT_BYTES_MAX = 64 * 1024;

    /** The longest path of a release. */
    int PATH_CHARACTERS_MAX = 256;

    /** The rollout of which it speaks. */
    UUID rollout();

    /** The payload, JSON in UTF-8. */
    byte[] toJson();

    /**
     * Reads an offer strictly: each member once, and no other. A server that wants to say more to
     * newer devices says it in what is signed.
     *
     * @throws MalformedMessage naming the rule; never the value
     */
    static UpdateOffer parse(byte[] payload) throws MalformedMessage {
        Members members = Members.parse(payload, BYTES_MAX, Offers.NOUN);
        return members.has("withdrawn") ? Offers.withdrawn(members) : Offers.standing(members);
    }

    /**
     * An update waits.
     *
     * @param rollout the rollout that offers it
     * @param version the version, for people and logs
     * @param path the target's path in the repository, of at most {@value #PATH_CHARACTERS_MAX}
     *     characters; must be what the statement names
     * @param consent whose word is still needed
     * @param statement the director's signed file, at most {@value #STATEMENT_BYTES_MAX} bytes
     */
    record Standing(
            UUID rollout,
            ReleaseVersion version,
            String path,
            UpdateConsent consent,
            SignedStatement statement)
            implements UpdateOffer {

        /** One name; those that lead elsewhere are none. */
        private static final String LEVEL = "(?!\\.{1,2}(?:/|$))[A-Za-z0-9._+~-]+";

        private static final Pattern PATH = Pattern.compile(LEVEL + "(?:/" + LEVEL + ")*");

        /** Refuses a path that no release has. */
        public Standing {
            if (path.length() > PATH_CHARACTERS_MAX || !PATH.matcher(path).matches()) {
                throw new IllegalArgumentException(
                        "an offer's path is names of letters, digits and . _ + ~ - with slashes between"
                                + " them, of at most "
                                + PATH_CHARACTERS_MAX
                                + " characters");
            }
        }

        @Override
        public byte[] toJson() {
            Members members = Members.ofNothing(Offers.NOUN);
            var _ =
                    members.object()
                            .put("rollout", rollout.toString())
                            .put("version", version.text())
                            .put("path", path)
                            .put("consent", consent.word())
                            .put("statement", statement.base64());
            return members.bytes();
        }
    }

    /**
     * What was offered is offered no more: a device stops unless it has switched already.
     *
     * @param rollout the rollout that has ended
     */
    record Withdrawn(UUID rollout) implements UpdateOffer {

        @Override
        public byte[] toJson() {
            Members members = Members.ofNothing(Offers.NOUN);
            var _ = members.object().put("rollout", rollout.toString()).put("withdrawn", true);
            return members.bytes();
        }
    }
}
