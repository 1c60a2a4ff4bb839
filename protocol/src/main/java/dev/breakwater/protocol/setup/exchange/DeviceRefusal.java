/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.setup.exchange;

import dev.breakwater.protocol.message.MalformedMessage;
import dev.breakwater.protocol.message.Members;
import java.util.Set;

/**
 * Why a device did not take a request.
 *
 * @param text for people, at most {@value #CHARS_MAX} printable ASCII characters
 */
public record DeviceRefusal(String text) {

    /** The longest text. */
    public static final int CHARS_MAX = 256;

    private static final String NOUN = "a device's refusal";

    /** Cuts the text to its length; it comes from whoever answers and must not forge lines. */
    public DeviceRefusal {
        String line = text.replaceAll("[^ -~]+", " ");
        text = line.length() > CHARS_MAX ? line.substring(0, CHARS_MAX) : line;
    }

    /** The refusal as JSON. */
    public byte[] toJson() {
        Members members = Members.ofNothing(NOUN);
        var _ = members.object().put("error", text);
        return members.bytes();
    }

    /** Reads a refusal. */
    public static DeviceRefusal parse(byte[] json) throws MalformedMessage {
        Members members = Members.parse(json, SetupPaths.REPLY_BYTES_MAX, NOUN);
        members.requireWithin(Set.of("error"));
        return new DeviceRefusal(members.text("error"));
    }
}
