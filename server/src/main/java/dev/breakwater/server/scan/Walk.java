/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.scan;

import dev.breakwater.server.scan.archive.Contents;
import dev.breakwater.server.scan.archive.DamagedArchive;
import dev.breakwater.server.scan.archive.OldTar;
import dev.breakwater.server.scan.archive.Signature;
import dev.breakwater.server.scan.archive.UnreadArchive;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Goes through a content and whatever is in it, depth first. One scan, one thread. */
final class Walk {

    private static final int OLD_TAR_BYTES = 512;

    private final Detectors detectors;
    private final Budget budget;
    private final Tally tally;
    private final List<Layer> layers = new ArrayList<>();

    Walk(Detectors detectors, Budget budget, Tally tally) {
        this.detectors = detectors;
        this.budget = budget;
        this.tally = tally;
    }

    /** Goes through one content. Layers are used again, so that a small file costs no memory. */
    void through(InputStream content, ContainerPath path, int depth) throws IOException {
        while (layers.size() <= depth) {
            layers.add(new Layer(new Examiner(detectors, budget, tally)));
        }
        Layer layer = layers.get(depth);
        layer.begin(content, path);
        try {
            long from = oldTar(layer, path, depth);
            while (true) {
                Optional<Examiner.Sighting> sighting = layer.sighting(from);
                if (sighting.isPresent()) {
                    from = open(layer, sighting.get(), path, depth);
                } else if (layer.fill()) {
                    layer.examine();
                } else {
                    return;
                }
            }
        } finally {
            layer.finish();
        }
    }

    private long oldTar(Layer layer, ContainerPath path, int depth) throws IOException {
        byte[] header = new byte[OLD_TAR_BYTES];
        int there = layer.peek(header);
        boolean isOld = there == OLD_TAR_BYTES && OldTar.isHeader(header);
        return isOld ? open(layer, new Examiner.Sighting(Signature.TAR, 0), path, depth) : 0;
    }

    /** Returns from where on archives are looked for next. */
    private long open(Layer layer, Examiner.Sighting sighting, ContainerPath path, int depth)
            throws IOException {
        Signature signature = sighting.signature();
        long start = sighting.offset();
        if (depth >= budget.depth()) {
            tally.gap(
                    Gap.Kind.DEPTH,
                    path,
                    start,
                    "archives in archives beyond %d; the limit is scan-depth"
                            .formatted(budget.depth()));
            return start + 1;
        }
        Opened opened = new Opened(signature, path, start, depth);
        try {
            if (signature.read(layer, opened)) {
                return Math.max(layer.offset(), start + 1);
            }
        } catch (DamagedArchive damaged) {
            // Elsewhere than at the beginning it may as well be bytes that only look like one.
            if (start == 0 || opened.yielded) {
                String detail = signature.label() + ": " + damaged.getMessage();
                tally.gap(Gap.Kind.DAMAGED, path, start, detail);
            }
        } catch (UnreadArchive unread) {
            tally.gap(kind(unread), path, start, signature.label() + ": " + unread.detail());
        }
        return start + 1;
    }

    private static Gap.Kind kind(UnreadArchive unread) {
        return switch (unread.reason()) {
            case ENCRYPTED -> Gap.Kind.ENCRYPTED;
            case UNSUPPORTED -> Gap.Kind.UNSUPPORTED;
            case MEMORY -> Gap.Kind.MEMORY;
        };
    }

    /** What one archive yields. */
    private final class Opened implements Contents {

        private final Signature signature;
        private final ContainerPath path;
        private final long start;
        private final int depth;
        private boolean yielded;

        Opened(Signature signature, ContainerPath path, long start, int depth) {
            this.signature = signature;
            this.path = path;
            this.start = start;
            this.depth = depth;
        }

        @Override
        public void file(String name, InputStream content, boolean isVerbatim) throws IOException {
            yielded = true;
            name(name);
            InputStream counted = isVerbatim ? content : new Counted(content);
            through(counted, path.with(name), depth + 1);
        }

        @Override
        public void expanded(InputStream content) throws IOException {
            ContainerPath inside =
                    start == 0 ? path : path.with("%s at %,d".formatted(signature.label(), start));
            through(new Counted(content), inside, depth + 1);
        }

        @Override
        public void name(String name) {
            yielded = true;
            budget.entry();
            EntryNames.remark(name)
                    .ifPresent(kind -> tally.remark(kind, path.with(name), name(kind)));
        }

        private static String name(Remark.Kind kind) {
            return switch (kind) {
                case ESCAPES -> "the name leads out of the directory that it is unpacked in";
                case ABSOLUTE -> "the name begins at the root";
                case LINK_OUTSIDE -> "the link leads out of the archive";
            };
        }

        @Override
        public void link(String name, String target) {
            name(name);
            tally.link();
            if (EntryNames.leadsOutside(name, target)) {
                Remark.Kind kind = Remark.Kind.LINK_OUTSIDE;
                String shown = ContainerPath.of(target).name();
                tally.remark(kind, path.with(name), name(kind) + ", to " + shown);
            }
        }

        @Override
        public void unread(String name, UnreadArchive why) {
            name(name);
            tally.gap(kind(why), path.with(name), start, why.detail());
        }

        @Override
        public void damaged(String name, String detail) {
            tally.gap(Gap.Kind.DAMAGED, path.with(name), start, detail);
        }

        @Override
        public long reserve() {
            return budget.reserve();
        }

        @Override
        public void release(long bytes) {
            budget.release(bytes);
        }

        /** Counts what comes out of a decompressor. */
        private final class Counted extends InputStream {

            private final InputStream in;

            Counted(InputStream in) {
                this.in = in;
            }

            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] bytes, int from, int count) throws IOException {
                int read = in.read(bytes, from, count);
                if (read > 0) {
                    yielded = true;
                    budget.expanded(read);
                }
                return read;
            }
        }
    }
}
