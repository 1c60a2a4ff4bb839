/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.scan.rule;

import java.util.BitSet;
import java.util.Optional;

/**
 * Reads which bytes a class or an escape of RE2 stands for. What it does not know it takes for all
 * bytes, never for fewer than there are.
 */
final class ByteClass {

    private static final int OCTAL_DIGITS_MAX = 3;

    /**
     * A class that was read.
     *
     * @param end behind it
     */
    record Read(BitSet bytes, int end) {}

    /**
     * An escape that was read.
     *
     * @param bytes empty if it is not known which
     * @param end behind it
     */
    record Escape(Optional<BitSet> bytes, int end) {}

    private ByteClass() {}

    static BitSet single(char c) {
        BitSet bytes = new BitSet();
        bytes.set(c);
        return bytes;
    }

    /**
     * Reads a class.
     *
     * @param from behind the bracket that opens it
     */
    static Read read(String regex, int from) {
        int at = from;
        boolean isNegated = regex.startsWith("^", at);
        at += isNegated ? 1 : 0;
        BitSet bytes = new BitSet();
        boolean isKnown = true;
        int first = at;
        while (at < regex.length() && (at == first || regex.charAt(at) != ']')) {
            if (regex.startsWith("[:", at) && regex.indexOf(":]", at) > 0) {
                at = regex.indexOf(":]", at) + 2;
                isKnown = false;
                continue;
            }
            Escape low = item(regex, at);
            at = low.end;
            boolean isRange =
                    isOne(low)
                            && regex.startsWith("-", at)
                            && at + 1 < regex.length()
                            && regex.charAt(at + 1) != ']';
            if (!isRange) {
                low.bytes.ifPresent(bytes::or);
                isKnown &= low.bytes.isPresent();
                continue;
            }
            Escape high = item(regex, at + 1);
            at = high.end;
            isKnown &= isOne(high) && range(bytes, low, high);
        }
        if (isNegated) {
            // What is not known is not taken away.
            BitSet others = RegexOutline.all();
            others.andNot(bytes);
            return new Read(others, at + 1);
        }
        return new Read(isKnown ? bytes : RegexOutline.all(), at + 1);
    }

    private static boolean isOne(Escape item) {
        return item.bytes.map(bytes -> bytes.cardinality() == 1).orElse(false);
    }

    private static boolean range(BitSet bytes, Escape low, Escape high) {
        int from = low.bytes.orElseThrow().nextSetBit(0);
        int to = high.bytes.orElseThrow().nextSetBit(0);
        if (to < from) {
            return false;
        }
        bytes.set(from, to + 1);
        return true;
    }

    private static Escape item(String regex, int at) {
        char c = regex.charAt(at);
        if (c == '\\' && at + 1 < regex.length()) {
            return escape(regex, at + 1);
        }
        return new Escape(Optional.of(single(c)), at + 1);
    }

    /**
     * Reads an escape.
     *
     * @param from behind the backslash
     */
    static Escape escape(String regex, int from) {
        char c = regex.charAt(from);
        int end = from + 1;
        return switch (c) {
            case 'x', 'p', 'P' -> numberOrName(regex, from);
            case 'd' -> new Escape(Optional.of(ranges("09")), end);
            case 's' -> new Escape(Optional.of(ranges("\t\n\f\r  ")), end);
            case 'w' -> new Escape(Optional.of(ranges("09AZaz__")), end);
            case 'a' -> new Escape(Optional.of(single('\u0007')), end);
            case 'f' -> new Escape(Optional.of(single('\f')), end);
            case 'n' -> new Escape(Optional.of(single('\n')), end);
            case 'r' -> new Escape(Optional.of(single('\r')), end);
            case 't' -> new Escape(Optional.of(single('\t')), end);
            case 'v' -> new Escape(Optional.of(single('\u000b')), end);
            default -> {
                if (c >= '0' && c <= '7') {
                    while (end < regex.length()
                            && end - from < OCTAL_DIGITS_MAX
                            && regex.charAt(end) >= '0'
                            && regex.charAt(end) <= '7') {
                        end++;
                    }
                    yield new Escape(Optional.empty(), end);
                }
                boolean isItself = !Character.isLetterOrDigit(c);
                yield new Escape(isItself ? Optional.of(single(c)) : Optional.empty(), end);
            }
        };
    }

    /** {@code \xHH}, {@code \x{H…}}, {@code \pN} or {@code \p{name}}. */
    private static Escape numberOrName(String regex, int from) {
        boolean isNumber = regex.charAt(from) == 'x';
        int end;
        String inside;
        if (regex.startsWith("{", from + 1)) {
            int close = regex.indexOf('}', from);
            end = close < 0 ? regex.length() : close + 1;
            inside = regex.substring(from + 2, close < 0 ? regex.length() : close);
        } else {
            end = Math.min(regex.length(), from + (isNumber ? 3 : 2));
            inside = regex.substring(from + 1, end);
        }
        boolean isByte = isNumber && inside.matches("0{0,4}[0-9a-fA-F]{1,2}");
        return new Escape(
                isByte
                        ? Optional.of(single((char) Integer.parseInt(inside, 16)))
                        : Optional.empty(),
                end);
    }

    /** From each first to each second character. */
    private static BitSet ranges(String bounds) {
        BitSet bytes = new BitSet();
        for (int i = 0; i < bounds.length(); i += 2) {
            bytes.set(bounds.charAt(i), bounds.charAt(i + 1) + 1);
        }
        return bytes;
    }
}
