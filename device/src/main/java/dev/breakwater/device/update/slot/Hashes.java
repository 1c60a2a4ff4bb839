/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.update.slot;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 of what lies on a medium, with a fixed amount of memory. */
final class Hashes {

    static final int BUFFER_BYTES = 64 * 1024;

    private Hashes() {}

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("this JDK has no SHA-256", impossible);
        }
    }

    /** Feeds the first bytes of a file to a digest. */
    static void feed(MessageDigest digest, FileChannel channel, long count) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
        for (long done = 0; done < count; ) {
            buffer.clear().limit((int) Math.min(BUFFER_BYTES, count - done));
            int read = channel.read(buffer, done);
            if (read < 0) {
                throw new IOException(
                        "there are %d bytes where %d were written".formatted(done, count));
            }
            digest.update(buffer.flip());
            done += read;
        }
    }

    static void require(FileChannel channel, Artifact artifact)
            throws IOException, ArtifactRefused {
        if (channel.size() < artifact.lengthBytes()) {
            throw new ArtifactRefused(
                    "there are %d bytes where the artifact has %d"
                            .formatted(channel.size(), artifact.lengthBytes()));
        }
        MessageDigest digest = sha256();
        feed(digest, channel, artifact.lengthBytes());
        String found = HexFormat.of().formatHex(digest.digest());
        if (!found.equals(artifact.sha256())) {
            throw new ArtifactRefused(
                    "what lies there has the SHA-256 %s, not %s"
                            .formatted(found, artifact.sha256()));
        }
    }
}
