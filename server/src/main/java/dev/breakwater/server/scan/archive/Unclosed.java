/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.scan.archive;

import java.io.FilterInputStream;
import java.io.InputStream;

/** A stream that stays open when the decompressor on it is closed. */
final class Unclosed extends FilterInputStream {

    Unclosed(InputStream in) {
        super(in);
    }

    @Override
    public void close() {
        // It goes on behind the compressed part.
    }
}
