/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.scan.archive;

import java.io.IOException;
import java.io.InputStream;

/** Who looks at what is in archives. */
public interface Contents {

    /**
     * A file. All of it is read before this returns.
     *
     * @param name as it stands in the archive, whatever it is
     * @param isVerbatim whether its bytes stand in the archive as they are
     */
    void file(String name, InputStream content, boolean isVerbatim) throws IOException;

    /** What a decompressor yields, which has no name of its own. */
    void expanded(InputStream content) throws IOException;

    /** A link, symbolic or hard. */
    void link(String name, String target);

    /** A directory or a device: a name and nothing else. */
    void name(String name);

    /** An entry that is not looked into; the archive goes on. */
    void unread(String name, UnreadArchive why);

    /** An entry whose checksum does not fit; the archive goes on. */
    void damaged(String name, String detail);

    /**
     * Bytes of memory that a decompressor may have, while it is open; {@link #release} after it.
     */
    long reserve();

    /** Gives back what {@link #reserve} gave. */
    void release(long bytes);
}
