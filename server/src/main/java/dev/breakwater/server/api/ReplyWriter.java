/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.breakwater.server.account.Authentication;
import dev.breakwater.server.api.contract.Contract;
import dev.breakwater.server.api.contract.Fault;
import dev.breakwater.server.api.contract.Operation;
import dev.breakwater.server.delivery.MemberDownload;
import dev.breakwater.server.http.RequestBody;
import dev.breakwater.server.http.SecurityHeaders;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Turns replies into bytes, holds them against the contract, and sends them. */
final class ReplyWriter {

    private static final Logger LOG = LoggerFactory.getLogger(ReplyWriter.class);
    private static final String ETAG = "ETag";

    private final Contract contract;
    private final ResponseChecking checking;
    private final MeterRegistry meters;
    private final Map<Integer, Counter> replies = new ConcurrentHashMap<>();
    private final Set<String> eventsChecked = ConcurrentHashMap.newKeySet();
    private final JsonMapper mapper =
            JsonMapper.builder()
                    .changeDefaultPropertyInclusion(
                            usual -> usual.withValueInclusion(JsonInclude.Include.NON_ABSENT))
                    .build();

    ReplyWriter(Contract contract, ResponseChecking checking, MeterRegistry meters) {
        this.contract = contract;
        this.checking = checking;
        this.meters = meters;
    }

    /**
     * Makes the bytes of what a handler answers: of a thing that the caller has as it is, none (RFC
     * 9110 section 13.2.2).
     */
    Rendered render(Call call, Reply reply) {
        Optional<Operation> operation = Optional.of(call.operation());
        Rendered whole = render(operation, reply);
        String tag = whole.headers().get(ETAG);
        Optional<String> known = call.values().optionalText("If-None-Match");
        if (tag == null
                || reply.status() == 304
                || known.isEmpty()
                || !new EntityTag(tag).isNamedBy(known.get())) {
            return whole;
        }
        // A cache replaces what it keeps by these (RFC 9110 section 15.4.5), a page's policy too.
        Reply same = Reply.notModified();
        for (Map.Entry<String, String> header : whole.headers().entrySet()) {
            same = same.with(header.getKey(), header.getValue());
        }
        // Where there is a length it must be that of what is not sent (RFC 9110 section 8.6).
        String length = Integer.toString(whole.body().length);
        return render(operation, same.with("Content-Length", length));
    }

    /**
     * Makes the bytes.
     *
     * @param operation empty when the request did not reach one
     */
    Rendered render(Optional<Operation> operation, Reply reply) {
        Optional<JsonNode> json = Optional.empty();
        Optional<String> mediaType = Optional.empty();
        byte[] body = {};
        Optional<LiveReply> live = Optional.empty();
        Optional<MemberDownload> download = Optional.empty();
        if (reply.content().isPresent()) {
            switch (reply.content().get()) {
                case Reply.Content.Json(String type, Object value) -> {
                    JsonNode tree = mapper.valueToTree(value);
                    json = Optional.of(tree);
                    mediaType = Optional.of(type);
                    body = mapper.writeValueAsBytes(tree);
                }
                case Reply.Content.Bytes(String type, byte[] bytes) -> {
                    mediaType = Optional.of(type);
                    body = bytes;
                }
                case Reply.Content.Live(String type, LiveReply goingOn) -> {
                    mediaType = Optional.of(type);
                    live = Optional.of(goingOn);
                }
                case Reply.Content.Stored(String type, MemberDownload stored) -> {
                    mediaType = Optional.of(type);
                    download = Optional.of(stored);
                }
            }
        }
        if (operation.isPresent()) {
            List<Fault> faults =
                    contract.faultsOfReply(operation.get(), reply.status(), mediaType, json);
            if (!faults.isEmpty()) {
                try {
                    broken(operation.get(), "reply " + reply.status(), faults);
                } catch (IllegalStateException notSent) {
                    live.ifPresent(LiveReply::close);
                    download.ifPresent(MemberDownload::close);
                    throw notSent;
                }
            }
        }
        Map<String, String> headers = new HashMap<>(reply.headers());
        if (reply.version().isPresent()) {
            headers.put(ETAG, EntityTag.of(reply.version().get(), body).quoted());
        }
        return new Rendered(
                reply.status(), headers, reply.cookies(), mediaType, body, live, download);
    }

    /**
     * Makes the data of one event of a live reply. A busy organization's streams write a hundred
     * thousand in a second, all of a few forms: where a misfit is only reported, the first of each
     * name is held against the contract.
     */
    String event(Operation operation, String name, Object data) {
        JsonNode tree = mapper.valueToTree(data);
        if (checking == ResponseChecking.FAIL || eventsChecked.add(name)) {
            List<Fault> faults = contract.faultsOfEvent(operation, name, tree);
            if (!faults.isEmpty()) {
                broken(operation, "event " + name, faults);
            }
        }
        return mapper.writeValueAsString(tree);
    }

    private void broken(Operation operation, String what, List<Fault> faults) {
        String text =
                "the %s of %s does not fit the contract: %s".formatted(what, operation, faults);
        switch (checking) {
            case FAIL -> throw new IllegalStateException(text);
            case REPORT -> {
                LOG.error("{}", text);
                meters.counter("breakwater.api.replies.broken", "operation", operation.id())
                        .increment();
            }
        }
    }

    /** Of text a client would guess the charset; of JSON there is but one (RFC 8259). */
    private static String withCharset(String mediaType) {
        return mediaType.startsWith("text/") ? mediaType + ";charset=utf-8" : mediaType;
    }

    private Counter counter(int status) {
        return meters.counter("breakwater.api.replies", "status", Integer.toString(status));
    }

    /** Prepares the head. */
    void head(Rendered rendered, Request request, Response response) {
        replies.computeIfAbsent(rendered.status(), this::counter).increment();
        response.setStatus(rendered.status());
        HttpFields.Mutable headers = response.getHeaders();
        SecurityHeaders.put(headers);
        rendered.headers().forEach(headers::put);
        rendered.cookies().forEach(cookie -> headers.add(HttpHeader.SET_COOKIE, cookie));
        rendered.mediaType()
                .ifPresent(type -> headers.put(HttpHeader.CONTENT_TYPE, withCharset(type)));
        RequestBody.settle(request, rendered.status(), headers);
    }

    /**
     * Sends an artifact; returns when it is taken, or cannot be.
     *
     * @param again judges the caller's credential as it is now
     */
    void send(
            Rendered rendered,
            Supplier<Authentication> again,
            Request request,
            Response response,
            Callback callback) {
        try (MemberDownload download = rendered.download().orElseThrow()) {
            head(rendered, request, response);
            if (request.getMethod().equals("HEAD")) {
                response.write(true, null, callback);
                return;
            }
            download.send(request, response, () -> ArtifactContent.isFor(again.get()));
            callback.succeeded();
        } catch (IOException ended) {
            LOG.debug("a download ended early: {}", ended.getMessage());
            callback.failed(ended);
        }
    }

    void write(Rendered rendered, Request request, Response response, Callback callback) {
        head(rendered, request, response);
        boolean head = request.getMethod().equals("HEAD") && rendered.status() != 304;
        if (rendered.status() != 204 && rendered.status() != 304) {
            response.getHeaders().put(HttpHeader.CONTENT_LENGTH, rendered.body().length);
        }
        response.write(true, head ? null : ByteBuffer.wrap(rendered.body()), callback);
    }
}
