/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.attack.fuzz;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.breakwater.bench.attack.fuzz.Attempt.Expected;
import dev.breakwater.bench.attack.wire.Request;
import java.util.List;

/**
 * Heads that two servers would read differently (request smuggling), that try to be another
 * request, or that are simply too much.
 */
final class HeaderMutations {

    /** What a server answers that was fooled about where the first request ends. */
    private static final String SMUGGLED =
            "GET /api/v1/ca/chain HTTP/1.1\r\nHost: localhost\r\n\r\n";

    private final Contract.Operation operation;
    private final Request sound;
    private final Collected collected;

    HeaderMutations(Contract.Operation operation, Request sound) {
        this.operation = operation;
        this.sound = sound;
        this.collected = new Collected(operation);
    }

    List<Attempt> all() {
        smuggling();
        lines();
        otherRequests();
        amounts();
        return collected.all();
    }

    private void smuggling() {
        byte[] chunks = ("0\r\n\r\n" + SMUGGLED).getBytes(US_ASCII);
        Request bare = sound.carrying(chunks);
        collected.refused(
                "length and chunks",
                bare.with("Content-Length: " + chunks.length).with("Transfer-Encoding: chunked"));
        collected.refused(
                "length of the chunks alone",
                bare.with("Content-Length: 4").with("Transfer-Encoding: chunked"));
        collected.refused(
                "coding that is none",
                bare.with("Content-Length: 5").with("Transfer-Encoding: xchunked"));
        collected.refused("chunks twice", bare.with("Transfer-Encoding: chunked, chunked"));
        collected.refused(
                "chunks and then identity", bare.with("Transfer-Encoding: chunked, identity"));
        collected.refused("two lengths", bare.with("Content-Length: 5").with("Content-Length: 6"));
        collected.refused("two lengths in a line", bare.with("Content-Length: 5, 6"));
        collected.refused("negative length", bare.with("Content-Length: -1"));
        collected.refused("length with a sign", bare.with("Content-Length: +5"));
        collected.refused(
                "length beyond 64 bits", bare.with("Content-Length: 99999999999999999999"));
        collected.refused(
                "chunk of no length",
                sound.carrying("zz\r\nx\r\n0\r\n\r\n".getBytes(US_ASCII))
                        .with("Transfer-Encoding: chunked"));
        collected.refused(
                "chunk beyond 64 bits",
                sound.carrying("fffffffffffffffff\r\nx".getBytes(US_ASCII))
                        .with("Transfer-Encoding: chunked"));
    }

    private void lines() {
        collected.refused("folded header", sound.with("X-Folded: a\r\n b"));
        collected.refused("blank before the colon", sound.with("X-Blank : a"));
        collected.refused("header without a colon", sound.with("nonsense"));
        collected.refused("header without a name", sound.with(": a"));
        collected.refused("end of text in a header", sound.with("X-Nul: a\u0000b"));
        collected.refused("lone carriage return in a header", sound.with("X-Cr: a\rb"));
        collected.refused("no host", sound.with(Request.NO_HOST));
        collected.refused("two hosts", sound.with("Host: localhost").with("Host: elsewhere"));
        collected.refused("host that is none", sound.with("Host: a b"));
        collected.refused(
                "version that is none", sound.at(sound.target() + " HTTP/3.9\r\nX-Rest:"));
        collected.refused("no version", sound.at(sound.target() + "\r\nX-Rest:"));
        collected.harmless(
                "target with another host", sound.at("https://elsewhere" + sound.target()));
    }

    private void otherRequests() {
        for (String header :
                List.of(
                        "X-HTTP-Method-Override: DELETE",
                        "X-HTTP-Method: DELETE",
                        "X-Method-Override: DELETE",
                        "X-Original-URL: /api/v1/tokens",
                        "X-Rewrite-URL: /api/v1/tokens")) {
            collected.refused("override by " + header, sound.with(header));
        }
        for (String header :
                List.of(
                        "X-Forwarded-For: 127.0.0.1",
                        "Forwarded: for=127.0.0.1;proto=https",
                        "X-Forwarded-Host: elsewhere",
                        "Upgrade: h2c",
                        "Expect: 100-continue",
                        "Connection: close, Authorization",
                        "Range: bytes=0-,5-0,5-1,5-2,5-3",
                        "Accept: application/xml;q=1e9",
                        "Accept-Encoding: gzip;q=-1")) {
            collected.harmless("header " + header, sound.with(header));
        }
        for (String method : List.of("BREW", "TRACE", "CONNECT", "get", "PROPFIND", "G\u0000T")) {
            collected.refused("method " + method, sound.by(method));
        }
        if (!operation.isPublic()) {
            collected.add(
                    "two credentials",
                    sound.with("Authorization: Bearer bwt_none"),
                    Expected.UNAUTHENTICATED);
        }
        for (String header : List.of("Idempotency-Key", "If-Match")) {
            if (operation.in("header").stream().noneMatch(one -> one.name().equals(header))) {
                collected.refused(
                        "header that is not taken", sound.with(header + ": \"0123456789abcdef\""));
            }
        }
    }

    private void amounts() {
        collected.refused("cookie of 100 kB", sound.with("Cookie: a=" + "b".repeat(100_000)));
        Request many = sound;
        for (int i = 0; i < 100; i++) {
            many = many.with("X-Many-" + i + ": " + i);
        }
        collected.harmless("a hundred headers", many);
        collected.refused("header name of 10 kB", sound.with("X-" + "a".repeat(10_000) + ": 1"));
    }
}
