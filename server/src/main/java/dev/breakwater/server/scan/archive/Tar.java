/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.scan.archive;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** Tar in its forms: the old one, POSIX ustar and pax, GNU. */
final class Tar {

    static final int BLOCK_BYTES = 512;

    private static final int TEXT_BYTES_MAX = 1 << 20;
    private static final int CHECKSUM_AT = 148;

    private final ArchiveInput in;
    private final Contents contents;
    private String longName = "";
    private String longLink = "";
    private long longSize = -1;

    private Tar(ArchiveInput in, Contents contents) {
        this.in = in;
        this.contents = contents;
    }

    static boolean read(ArchiveInput in, Contents contents) throws IOException {
        return new Tar(in, contents).read();
    }

    private boolean read() throws IOException {
        byte[] header = new byte[BLOCK_BYTES];
        boolean any = false;
        while (in.tryFully(header)) {
            if (!isHeader(header)) {
                in.unread(BLOCK_BYTES);
                if (any && header[0] != 0) {
                    throw new DamagedArchive("a header's checksum does not fit");
                }
                return any;
            }
            any = true;
            entry(header);
        }
        return any;
    }

    /** The sum of all bytes, with blanks in the sum's place; signed in some old writers. */
    static boolean isHeader(byte[] header) {
        if (header[0] == 0) {
            return false;
        }
        long wanted = Numbers.digits(header, CHECKSUM_AT, 8, 8);
        long unsigned = 0;
        long signed = 0;
        for (int i = 0; i < BLOCK_BYTES; i++) {
            boolean isSum = i >= CHECKSUM_AT && i < CHECKSUM_AT + 8;
            unsigned += isSum ? ' ' : header[i] & 0xff;
            signed += isSum ? ' ' : header[i];
        }
        return wanted > 0 && (wanted == unsigned || wanted == signed);
    }

    private void entry(byte[] header) throws IOException {
        long size = longSize >= 0 ? longSize : size(header);
        if (size < 0) {
            throw new DamagedArchive("an entry's size is no number");
        }
        char type = (char) (header[156] & 0xff);
        switch (type) {
            case 'L' -> longName = text(size).replace("\0", "");
            case 'K' -> longLink = text(size).replace("\0", "");
            case 'x' -> pax(text(size));
            case 'g' -> text(size);
            default -> {
                String name = longName.isEmpty() ? name(header) : longName;
                String link = longLink.isEmpty() ? Numbers.name(header, 157, 100) : longLink;
                forget();
                file(type, name, link, size, header);
            }
        }
    }

    private void forget() {
        longName = "";
        longLink = "";
        longSize = -1;
    }

    private void file(char type, String name, String link, long size, byte[] header)
            throws IOException {
        switch (type) {
            case '1', '2' -> {
                contents.link(name, link);
                // Some writers repeat the content of a hard link.
                content(name, size);
            }
            case '3', '4', '5', '6' -> {
                contents.name(name);
                content(name, size);
            }
            case 'S' -> {
                byte[] more = header;
                boolean extended = header[482] != 0;
                while (extended) {
                    more = new byte[BLOCK_BYTES];
                    in.fully(more);
                    extended = more[504] != 0;
                }
                file(name, size);
            }
            default -> file(name, size);
        }
    }

    private void content(String name, long size) throws IOException {
        if (size > 0) {
            file(name, size);
        }
    }

    private void file(String name, long size) throws IOException {
        in.verbatim(true);
        try (InputStream content = new BoundedContent(in, size, false)) {
            contents.file(name, content, true);
        } finally {
            in.verbatim(false);
        }
        in.padding(padding(size));
    }

    private static long padding(long size) {
        return (BLOCK_BYTES - size % BLOCK_BYTES) % BLOCK_BYTES;
    }

    private String text(long size) throws IOException {
        if (size > TEXT_BYTES_MAX) {
            throw new DamagedArchive("a name is longer than a mebibyte");
        }
        byte[] bytes = new byte[(int) size];
        in.fully(bytes);
        in.padding(padding(size));
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** POSIX pax, "length key=value" and a line end, again and again. */
    private void pax(String records) {
        for (String line : records.split("\n", -1)) {
            int blank = line.indexOf(' ');
            int equals = line.indexOf('=', blank);
            if (blank > 0 && equals > 0) {
                String value = line.substring(equals + 1);
                switch (line.substring(blank + 1, equals)) {
                    case "path", "GNU.sparse.name" -> longName = value;
                    case "linkpath" -> longLink = value;
                    case "size" -> {
                        byte[] digits = value.getBytes(StandardCharsets.UTF_8);
                        longSize = Numbers.digits(digits, 0, digits.length, 10);
                    }
                    default -> {
                        // Times, owners and the like say nothing about the content.
                    }
                }
            }
        }
    }

    private static long size(byte[] header) {
        if ((header[124] & 0x80) == 0) {
            return Numbers.digits(header, 124, 12, 8);
        }
        long size = header[124] & 0x7f;
        for (int i = 125; i < 136; i++) {
            if (size > Long.MAX_VALUE >> 9) {
                return -1;
            }
            size = (size << 8) | (header[i] & 0xff);
        }
        return size;
    }

    private static String name(byte[] header) {
        String name = Numbers.name(header, 0, 100);
        boolean isUstar = header[257] == 'u' && header[262] == 0;
        String prefix = isUstar ? Numbers.name(header, 345, 155) : "";
        return prefix.isEmpty() ? name : prefix + "/" + name;
    }
}
