/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.scan.key;

/**
 * Goes through DER that may be anything, without copying. Definite lengths of up to 64 KiB in their
 * shortest form, as X.690, 10.1 wants them.
 */
final class DerCursor {

    static final int INTEGER = 0x02;
    static final int OCTET_STRING = 0x04;
    static final int OBJECT_ID = 0x06;
    static final int SEQUENCE = 0x30;
    static final int CONTEXT_0 = 0xa0;
    static final int CONTEXT_1 = 0xa1;

    private final byte[] data;
    private int at;
    private final int end;
    private int contentEnd;

    DerCursor(byte[] data, int at, int end) {
        this.data = data;
        this.at = at;
        this.end = Math.min(end, data.length);
    }

    /** Where the sequence begins whose content begins at a place; -1 if none does. */
    static int sequenceAround(byte[] data, int content, int end) {
        for (int header = 2; header <= 4 && header <= content; header++) {
            DerCursor cursor = new DerCursor(data, content - header, end);
            if (cursor.enter(SEQUENCE) && cursor.at == content) {
                return content - header;
            }
        }
        return -1;
    }

    int at() {
        return at;
    }

    /** Behind the content of what was entered last. */
    int contentEnd() {
        return contentEnd;
    }

    int contentLength() {
        return contentEnd - at;
    }

    boolean isAtEnd() {
        return at >= end;
    }

    boolean isNext(int tag) {
        return at < end && (data[at] & 0xff) == tag;
    }

    /** Goes to the first byte of the content, if the tag is that one and all of it is there. */
    boolean enter(int tag) {
        if (!isNext(tag) || at + 2 > end) {
            return false;
        }
        int length = data[at + 1] & 0xff;
        int header = 2;
        if (length == 0x81 && at + 3 <= end) {
            length = data[at + 2] & 0xff;
            header = 3;
            if (length < 0x80) {
                return false;
            }
        } else if (length == 0x82 && at + 4 <= end) {
            length = ((data[at + 2] & 0xff) << 8) | (data[at + 3] & 0xff);
            header = 4;
            if (length < 0x100) {
                return false;
            }
        } else if (length >= 0x80) {
            return false;
        }
        if (length > end - at - header) {
            return false;
        }
        at += header;
        contentEnd = at + length;
        return true;
    }

    /** Goes behind one element, if the tag is that one. */
    boolean skip(int tag) {
        if (!enter(tag)) {
            return false;
        }
        at = contentEnd;
        return true;
    }

    /** Goes behind the content of what was entered last. */
    void leave() {
        at = contentEnd;
    }
}
