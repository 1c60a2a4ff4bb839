/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api;

import dev.breakwater.server.account.AuthenticatedCaller;
import dev.breakwater.server.account.Authentication;
import dev.breakwater.server.account.Authenticator;
import dev.breakwater.server.account.Permission;
import dev.breakwater.server.api.Handlers.Answering;
import dev.breakwater.server.api.contract.Contract;
import dev.breakwater.server.api.contract.ContractViolation;
import dev.breakwater.server.api.contract.Operation;
import dev.breakwater.server.api.contract.Routing;
import dev.breakwater.server.api.contract.Values;
import dev.breakwater.server.api.idempotency.Replays;
import dev.breakwater.server.audit.Actor;
import dev.breakwater.server.durability.StorageFull;
import dev.breakwater.server.durability.StorageUnavailable;
import dev.breakwater.server.firewall.Firewall;
import dev.breakwater.server.firewall.Objection;
import dev.breakwater.server.http.Pace;
import dev.breakwater.server.http.Peer;
import dev.breakwater.server.http.RequestBody;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.refusal.Refusal;
import dev.breakwater.server.refusal.RefusalReason;
import dev.breakwater.server.refusal.Refusals;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The life of a call: budget of its source, path, token, budgets of token and organization,
 * permission, parameters, media type, size, body, and only then the handler. Cheap gates come
 * first, and nothing of the body is read before the caller is known. Runs on virtual threads and
 * may block.
 */
final class ApiHandler extends Handler.Abstract {

    private static final Logger LOG = LoggerFactory.getLogger(ApiHandler.class);

    private final Contract contract;
    private final Handlers handlers;
    private final Authenticator authenticator;
    private final DeviceGate gate;
    private final Firewall firewall;
    private final Replays replays;
    private final ReplyWriter writer;
    private final Refusals refusals;
    private final CallBudgets budgets;
    private final Set<String> origins;
    private final LiveWriter live;
    private final Limits limits;

    ApiHandler(
            Contract contract,
            Handlers handlers,
            Authenticator authenticator,
            DeviceGate gate,
            Firewall firewall,
            Replays replays,
            ReplyWriter writer,
            Refusals refusals,
            CallBudgets budgets,
            Set<String> origins,
            LiveWriter live,
            Limits limits) {
        this.contract = contract;
        this.handlers = handlers;
        this.authenticator = authenticator;
        this.gate = gate;
        this.firewall = firewall;
        this.replays = replays;
        this.writer = writer;
        this.refusals = refusals;
        this.budgets = budgets;
        this.origins = origins;
        this.live = live;
        // So that the listener's end is told to replies that go on.
        addBean(live);
        this.limits = limits;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        Progress progress = new Progress(Peer.address(request));
        Rendered rendered;
        try {
            rendered = answer(request, progress);
        } catch (RuntimeException defect) {
            LOG.error("request {} met a defect", request.getId(), defect);
            rendered = writer.render(Optional.empty(), Problems.defect(request.getId()));
        }
        budgets.headers().put(response.getHeaders(), progress.purse);
        live.noteDone(rendered, progress.operation, progress.organization);
        if (rendered.live().isPresent()) {
            Operation operation = progress.operation.orElseThrow();
            live.write(rendered, operation, progress.again, request, response, callback);
        } else if (rendered.download().isPresent()) {
            writer.send(rendered, progress.again, request, response, callback);
        } else {
            writer.write(rendered, request, response, callback);
        }
        return true;
    }

    private Rendered answer(Request request, Progress progress) {
        try {
            return gates(request, progress);
        } catch (ContractViolation violation) {
            progress.refused(
                    violation.kind() == ContractViolation.Kind.BODY_TOO_SLOW
                            ? RefusalReason.REQUEST_TOO_SLOW
                            : RefusalReason.REQUEST_OUTSIDE_CONTRACT,
                    describe(violation));
            return writer.render(progress.operation, Problems.of(violation));
        } catch (StorageUnavailable unavailable) {
            LOG.error("the store is unavailable", unavailable);
            boolean full = unavailable instanceof StorageFull;
            progress.refused(
                    full ? RefusalReason.STORAGE_FULL : RefusalReason.STORAGE_UNAVAILABLE,
                    Map.of());
            return writer.render(
                    progress.operation,
                    full ? Problems.storageFull() : Problems.storageUnavailable());
        }
    }

    private Rendered gates(Request request, Progress progress) throws ContractViolation {
        Optional<CallBudgets.Lack> lack = progress.purse.payAsSource(1);
        if (lack.isPresent()) {
            return tooMany(progress, lack.get());
        }
        Map<String, List<String>> headers = RequestHeaders.of(request);
        Routing routing =
                contract.route(request.getMethod(), String.valueOf(request.getHttpURI().getPath()));
        return switch (routing) {
            case Routing.NoSuchPath() -> {
                progress.refused(RefusalReason.REQUEST_OUTSIDE_CONTRACT, Map.of("why", "path"));
                yield writer.render(progress.operation, Problems.noSuchOperation());
            }
            case Routing.MethodNotOffered(Set<String> offered) -> {
                progress.refused(RefusalReason.REQUEST_OUTSIDE_CONTRACT, Map.of("why", "method"));
                yield writer.render(progress.operation, Problems.methodNotOffered(offered));
            }
            case Routing.Found found -> operation(found, request, headers, progress);
        };
    }

    private Rendered operation(
            Routing.Found found,
            Request request,
            Map<String, List<String>> headers,
            Progress progress)
            throws ContractViolation {
        Operation operation = found.operation();
        progress.operation = Optional.of(operation);
        Browser browser = Browser.of(headers, origins);
        if (browser.origin() == Browser.Origin.FOREIGN && !operation.isSafe()) {
            return crossSite(progress, "another site's page");
        }
        if (operation.cost() > 1) {
            Optional<CallBudgets.Lack> lack = progress.purse.payAsSource(operation.cost() - 1);
            if (lack.isPresent()) {
                return tooMany(progress, lack.get());
            }
        }
        Answering answering = handlers.of(operation);
        return switch (answering) {
            case Answering.ForAnybody(Handlers.PublicHandler handler, _) -> {
                Call call = call(found, request, headers, browser, progress.source);
                yield writer.render(call, handler.answer(call));
            }
            case Answering.ForCaller forCaller -> {
                progress.again = () -> authenticate(headers, browser);
                yield switch (progress.again.get()) {
                    case Authentication.Refused refused -> {
                        progress.organization = refused.organization();
                        progress.refused(refused.reason(), refused.details());
                        yield writer.render(
                                progress.operation, Problems.unauthenticated(refused.reason()));
                    }
                    case Authentication.Authenticated(AuthenticatedCaller caller) ->
                            forCaller(
                                    forCaller, caller, found, request, headers, browser, progress);
                };
            }
        };
    }

    /** Whoever shows a token is judged by it; a cookie counts for those who show none. */
    private Authentication authenticate(Map<String, List<String>> headers, Browser browser) {
        Optional<String> cookie = browser.cookie(Browser.ACCESS);
        return browser.countsOnCookie() && cookie.isPresent()
                ? authenticator.authenticateCookie(cookie.get())
                : authenticator.authenticate(headers.getOrDefault("authorization", List.of()));
    }

    private Rendered crossSite(Progress progress, String why) {
        progress.refused(RefusalReason.CROSS_SITE, Map.of("why", why));
        return writer.render(progress.operation, Problems.crossSite());
    }

    private Rendered forCaller(
            Answering.ForCaller answering,
            AuthenticatedCaller caller,
            Routing.Found found,
            Request request,
            Map<String, List<String>> headers,
            Browser browser,
            Progress progress)
            throws ContractViolation {
        progress.organization = Optional.of(caller.organization());
        progress.actor = caller.actor();
        Optional<Rendered> refusal =
                refusal(answering.permission(), caller, found.operation(), browser, progress);
        if (refusal.isPresent()) {
            return refusal.get();
        }
        firewall.called(caller, found.operation().id(), progress.source);
        Call call = call(found, request, headers, browser, progress.source);
        Permission needed = answering.permission();
        Optional<DeviceGate.Barred> barred = gate.barred(caller, needed, call);
        if (barred.isPresent()) {
            return barred(progress, barred.get());
        }
        Optional<String> key = call.values().optionalText("Idempotency-Key");
        if (key.isEmpty()) {
            Rendered answer = writer.render(call, answering.handler().answer(caller, call));
            barred = gate.barredSince(caller, needed, call);
            return barred.isPresent() ? barred(progress, barred.get()) : answer;
        }
        Replays.Outcome<Rendered> outcome =
                replays.once(
                        caller,
                        key.get(),
                        call.fingerprint(request),
                        Rendered.CODEC,
                        () -> answered(answering, caller, call));
        return switch (outcome) {
            case Replays.Outcome.Answered<Rendered>(Rendered answer, _) -> answer;
            case Replays.Outcome.AnotherRequest<Rendered>() ->
                    writer.render(progress.operation, Problems.idempotencyKeyReused());
            case Replays.Outcome.InWork<Rendered>() ->
                    writer.render(progress.operation, Problems.requestInWork());
            case Replays.Outcome.Unknown<Rendered>() ->
                    writer.render(progress.operation, Problems.outcomeUnknown());
        };
    }

    /** Everything that a caller may be refused for before the request is looked at any closer. */
    private Optional<Rendered> refusal(
            Permission permission,
            AuthenticatedCaller caller,
            Operation operation,
            Browser browser,
            Progress progress) {
        Optional<String> foreign = browser.foreignness(caller, operation);
        if (foreign.isPresent()) {
            return Optional.of(crossSite(progress, foreign.get()));
        }
        Optional<CallBudgets.Lack> lack = progress.purse.payAs(caller, operation.cost());
        if (lack.isPresent()) {
            return Optional.of(tooMany(progress, lack.get()));
        }
        Optional<Objection> objection = firewall.calling(caller, progress.source);
        if (objection.isPresent()) {
            progress.refused(objection.get().reason(), objection.get().details());
            return refused(progress, Problems.sourceRefused());
        }
        if (!caller.permissions().contains(permission)) {
            if (caller.lacksSecondFactor()) {
                progress.refused(RefusalReason.SECOND_FACTOR_MISSING, Map.of());
                return refused(progress, Problems.secondFactorNeeded());
            }
            String needed = permission.code();
            progress.refused(RefusalReason.PERMISSION_MISSING, Map.of("permission", needed));
            return refused(progress, Problems.permissionMissing(needed));
        }
        if (operation.needsStepUp() && !caller.isTrustedWithDanger()) {
            progress.refused(RefusalReason.STEP_UP_MISSING, Map.of());
            return refused(progress, Problems.stepUpNeeded());
        }
        if (caller.ownDevicesOnly().isPresent() && !DeviceGate.isForDeviceOwners(operation)) {
            progress.refused(RefusalReason.PERMISSION_MISSING, Map.of("role", "device-owner"));
            return refused(progress, Problems.permissionMissing(permission.code()));
        }
        return Optional.empty();
    }

    private Optional<Rendered> refused(Progress progress, Reply reply) {
        return Optional.of(writer.render(progress.operation, reply));
    }

    private Rendered barred(Progress progress, DeviceGate.Barred barred) {
        progress.refused(barred.reason(), barred.details());
        return writer.render(progress.operation, barred.reply());
    }

    /** A violation that the handler itself finds is an answer like any other to a replay. */
    private Rendered answered(
            Answering.ForCaller answering, AuthenticatedCaller caller, Call call) {
        Optional<Operation> operation = Optional.of(call.operation());
        try {
            return writer.render(operation, answering.handler().answer(caller, call));
        } catch (ContractViolation violation) {
            return writer.render(operation, Problems.of(violation));
        }
    }

    private Call call(
            Routing.Found found,
            Request request,
            Map<String, List<String>> headers,
            Browser browser,
            String source)
            throws ContractViolation {
        Operation operation = found.operation();
        Values values = contract.values(found, request.getHttpURI().getQuery(), headers);
        contract.mediaType(
                operation,
                RequestHeaders.announceBody(request),
                RequestHeaders.one(headers, "content-type"));
        byte[] bytes = operation.takesBody() ? body(operation, request) : new byte[0];
        return new Call(
                operation, values, contract.body(operation, bytes), browser, bytes, source, limits);
    }

    private byte[] body(Operation operation, Request request) throws ContractViolation {
        Optional<Limit> own = operation.bodyLimit().flatMap(Limit::of);
        int bytesMax = limits.of(own.orElse(Limit.API_REQUEST_BYTES));
        RequestBody body = RequestBody.read(request, bytesMax, Pace.of(limits));
        return switch (body) {
            case RequestBody.Complete complete -> complete.bytes();
            case RequestBody.TooLarge(int max) ->
                    throw ContractViolation.ofBody(
                            ContractViolation.Kind.BODY_TOO_LARGE,
                            "is larger than " + max + " bytes");
            case RequestBody.TooSlow() ->
                    throw ContractViolation.ofBody(
                            ContractViolation.Kind.BODY_TOO_SLOW, "did not arrive in time");
            case RequestBody.Broken() ->
                    throw ContractViolation.ofBody(
                            ContractViolation.Kind.BODY_MALFORMED, "is not complete");
        };
    }

    /** A source that floods is told apart from one whose organization has used up its budget. */
    private Rendered tooMany(Progress progress, CallBudgets.Lack lack) {
        RefusalReason reason =
                lack.payer() == CallBudgets.Payer.SOURCE
                        ? RefusalReason.TOO_MANY_REQUESTS
                        : RefusalReason.BUDGET_SPENT;
        progress.refused(reason, Map.of("budget", lack.payer().code()));
        return writer.render(progress.operation, Problems.tooManyRequests(lack));
    }

    private static Map<String, String> describe(ContractViolation violation) {
        return Map.of(
                "why", violation.kind().name().toLowerCase(java.util.Locale.ROOT),
                "member", violation.faults().getFirst().name());
    }

    /** What is known of a request so far, for the refusal that may come. */
    private final class Progress {
        final String source;
        final CallBudgets.Purse purse;
        Optional<Operation> operation = Optional.empty();
        Optional<OrganizationId> organization = Optional.empty();
        Actor actor;
        Supplier<Authentication> again =
                () ->
                        new Authentication.Refused(
                                RefusalReason.TOKEN_MISSING, Optional.empty(), Map.of());

        Progress(String source) {
            this.source = source;
            this.purse = budgets.purse(source);
            this.actor = new Actor.Unproven(source);
        }

        void refused(RefusalReason reason, Map<String, String> details) {
            Map<String, String> all = new TreeMap<>(details);
            all.put("source", source);
            operation.ifPresent(known -> all.put("operation", known.id()));
            refusals.record(new Refusal(reason, "api", organization, actor, all));
        }
    }
}
