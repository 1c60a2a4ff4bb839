/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.scan;

import com.github.luben.zstd.ZstdOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.zip.CRC32;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

/** Archives of one file, made in memory. */
final class Archives {

    private static final int XZ_PRESET = 0;

    /** Every form: from a name and a content to an archive of it. */
    static final Map<String, BiFunction<String, byte[], byte[]>> FORMS =
            Map.of(
                    "zip",
                    Archives::zip,
                    "stored zip",
                    Archives::storedZip,
                    "tar",
                    Archives::tar,
                    "old tar",
                    Archives::oldTar,
                    "gzip",
                    (_, content) -> gzip(content),
                    "xz",
                    (_, content) -> xz(content),
                    "zstd",
                    (_, content) -> zstd(content),
                    "cpio newc",
                    Archives::cpio,
                    "cpio crc",
                    Archives::summedCpio,
                    "cpio odc",
                    Archives::oldCpio);

    private Archives() {}

    private interface Wrapping {
        OutputStream around(OutputStream out) throws IOException;
    }

    private static byte[] wrapped(byte[] content, Wrapping wrapping) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = wrapping.around(bytes)) {
            out.write(content);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }

    static byte[] gzip(byte[] content) {
        return wrapped(content, GZIPOutputStream::new);
    }

    static byte[] xz(byte[] content) {
        return wrapped(content, out -> new XZOutputStream(out, new LZMA2Options(XZ_PRESET)));
    }

    static byte[] zstd(byte[] content) {
        return wrapped(content, out -> new ZstdOutputStream(out).setChecksum(true));
    }

    static byte[] zip(String name, byte[] content) {
        return zip(name, content, false);
    }

    static byte[] storedZip(String name, byte[] content) {
        return zip(name, content, true);
    }

    private static byte[] zip(String name, byte[] content, boolean isStored) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream out = new ZipOutputStream(bytes)) {
            ZipEntry entry = new ZipEntry(name);
            if (isStored) {
                CRC32 crc = new CRC32();
                crc.update(content);
                entry.setMethod(ZipEntry.STORED);
                entry.setSize(content.length);
                entry.setCrc(crc.getValue());
            }
            out.putNextEntry(entry);
            out.write(content);
            out.closeEntry();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }

    static byte[] tar(String name, byte[] content) {
        return tar(name, content, '0', "", true);
    }

    static byte[] oldTar(String name, byte[] content) {
        return tar(name, content, '0', "", false);
    }

    static byte[] tarOfLink(String name, String target) {
        return tar(name, new byte[0], '2', target, true);
    }

    private static byte[] tar(
            String name, byte[] content, char type, String link, boolean hasMagic) {
        byte[] header = new byte[512];
        put(header, 0, name);
        put(header, 100, "0000644\0");
        put(header, 108, "0000000\0");
        put(header, 116, "0000000\0");
        put(header, 124, "%011o\0".formatted(content.length));
        put(header, 136, "00000000000\0");
        put(header, 148, "        ");
        header[156] = (byte) type;
        put(header, 157, link);
        if (hasMagic) {
            put(header, 257, "ustar\0" + "00");
        }
        int sum = 0;
        for (byte b : header) {
            sum += b & 0xff;
        }
        put(header, 148, "%06o\0 ".formatted(sum));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(header);
        bytes.writeBytes(content);
        bytes.writeBytes(new byte[(512 - content.length % 512) % 512]);
        bytes.writeBytes(new byte[1_024]);
        return bytes.toByteArray();
    }

    private static void put(byte[] bytes, int at, String text) {
        byte[] some = text.getBytes(StandardCharsets.ISO_8859_1);
        System.arraycopy(some, 0, bytes, at, some.length);
    }

    static byte[] cpio(String name, byte[] content) {
        return newCpio(name, content, "070701", 0100644, 0);
    }

    static byte[] cpioOfLink(String name, String target) {
        byte[] content = target.getBytes(StandardCharsets.UTF_8);
        return newCpio(name, content, "070701", 0120777, 0);
    }

    static byte[] summedCpio(String name, byte[] content) {
        int sum = 0;
        for (byte b : content) {
            sum += b & 0xff;
        }
        return newCpio(name, content, "070702", 0100644, sum);
    }

    private static byte[] newCpio(String name, byte[] content, String magic, int mode, int sum) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        newEntry(bytes, name, content, magic, mode, sum);
        newEntry(bytes, "TRAILER!!!", new byte[0], magic, 0, 0);
        return bytes.toByteArray();
    }

    private static void newEntry(
            ByteArrayOutputStream bytes,
            String name,
            byte[] content,
            String magic,
            int mode,
            int sum) {
        bytes.writeBytes(
                (magic
                                + "%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X"
                                        .formatted(
                                                1,
                                                mode,
                                                0,
                                                0,
                                                1,
                                                0,
                                                content.length,
                                                0,
                                                0,
                                                0,
                                                0,
                                                name.length() + 1,
                                                sum))
                        .getBytes(StandardCharsets.US_ASCII));
        bytes.writeBytes((name + "\0").getBytes(StandardCharsets.US_ASCII));
        bytes.writeBytes(new byte[(4 - bytes.size() % 4) % 4]);
        bytes.writeBytes(content);
        bytes.writeBytes(new byte[(4 - bytes.size() % 4) % 4]);
    }

    static byte[] oldCpio(String name, byte[] content) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        oldEntry(bytes, name, content);
        oldEntry(bytes, "TRAILER!!!", new byte[0]);
        return bytes.toByteArray();
    }

    private static void oldEntry(ByteArrayOutputStream bytes, String name, byte[] content) {
        String header =
                "070707%06o%06o%06o%06o%06o%06o%06o%011o%06o%011o"
                        .formatted(0, 1, 0100644, 0, 0, 1, 0, 0, name.length() + 1, content.length);
        bytes.writeBytes((header + name + "\0").getBytes(StandardCharsets.US_ASCII));
        bytes.writeBytes(content);
    }
}
