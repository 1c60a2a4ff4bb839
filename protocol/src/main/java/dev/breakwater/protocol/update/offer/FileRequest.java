/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.update.offer;

import dev.breakwater.protocol.message.MalformedMessage;
import dev.breakwater.protocol.message.Members;
import dev.breakwater.protocol.update.metadata.MetadataLimits;
import java.util.Set;

/**
 * A device asks for a piece of a file, on {@code me/update/fetch}: {@code
 * {"request":7,"file":"metadata/timestamp.json","offset":0,"length":65536}}. One is outstanding at
 * a time; another takes the place of the one before.
 *
 * @param request the device's own count, which the answer repeats, so that a late answer to an
 *     earlier request is not taken for this one's; 0 to 2,147,483,647
 * @param file of which file
 * @param offset the first byte, from 0
 * @param length how many bytes at most, 1 to {@value #LENGTH_MAX}
 */
public record FileRequest(int request, UpdateFile file, long offset, int length) {

    /** The longest piece, in bytes. */
    public static final int LENGTH_MAX = 64 * 1024;

    /** The longest payload, in bytes of JSON. */
    public static final int BYTES_MAX = 1024;

    private static final String NOUN = "a request for a file";

    /** Refuses what is outside the limits. */
    public FileRequest {
        if (request < 0) {
            throw new IllegalArgumentException(NOUN + " has a count of 0 or more");
        }
        if (offset < 0 || offset > MetadataLimits.NUMBER_MAX) {
            throw new IllegalArgumentException(NOUN + " has an offset of 0 or more");
        }
        if (length < 1 || length > LENGTH_MAX) {
            throw new IllegalArgumentException(
                    "%s has a length of 1 to %d".formatted(NOUN, LENGTH_MAX));
        }
    }

    /** The payload, JSON in UTF-8. */
    public byte[] toJson() {
        Members members = Members.ofNothing(NOUN);
        var _ =
                members.object()
                        .put("request", request)
                        .put("file", file.name())
                        .put("offset", offset)
                        .put("length", length);
        return members.bytes();
    }

    /**
     * Reads a request strictly: each member once, and no other.
     *
     * @throws MalformedMessage naming the rule; never the value
     */
    public static FileRequest parse(byte[] payload) throws MalformedMessage {
        Members members = Members.parse(payload, BYTES_MAX, NOUN);
        members.requireWithin(Set.of("request", "file", "offset", "length"));
        int request = members.number("request");
        String file = members.text("file");
        long offset = members.count("offset");
        int length = members.number("length");
        return members.built(() -> new FileRequest(request, UpdateFile.of(file), offset, length));
    }
}
