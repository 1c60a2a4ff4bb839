/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.channel;

import dev.breakwater.server.refusal.RefusalReason;
import dev.breakwater.server.session.TlsFacts;
import dev.breakwater.server.tls.HandshakeFailure;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.Timeout;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Stands behind TLS until the handshake is done, for as long as its deadline allows, which runs
 * from the moment of the connection. Whoever passes has proved to hold the key of the certificate
 * they presented, and nothing else yet; where devices with tokens are expected, also whoever has
 * none.
 */
final class HandshakeGate extends ChannelInboundHandlerAdapter {

    private final Duration patience;
    private final Deadlines deadlines;
    private final ChannelRefusals refusals;
    private final ChannelMetrics metrics;
    private final BooleanSupplier tokensExpected;
    private final Consumer<Peer> proven;
    private final long beganNanos = System.nanoTime();
    private @Nullable Timeout deadline;
    private boolean over;

    /**
     * @param tokensExpected whether somebody without a certificate may have a token to show
     * @param proven told once who is there; it continues the pipeline
     */
    HandshakeGate(
            Duration patience,
            Deadlines deadlines,
            ChannelRefusals refusals,
            ChannelMetrics metrics,
            BooleanSupplier tokensExpected,
            Consumer<Peer> proven) {
        this.patience = patience;
        this.deadlines = deadlines;
        this.refusals = refusals;
        this.metrics = metrics;
        this.tokensExpected = tokensExpected;
        this.proven = proven;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        deadline = deadlines.after(patience, ctx.channel().eventLoop(), () -> tooLate(ctx));
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        if (deadline != null) {
            deadline.cancel();
        }
    }

    private void tooLate(ChannelHandlerContext ctx) {
        if (!over) {
            refuse(
                    ctx,
                    RefusalReason.TLS_HANDSHAKE_FAILED,
                    "not done within " + patience.toSeconds() + " s");
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) throws Exception {
        if (!(event instanceof SslHandshakeCompletionEvent handshake)) {
            super.userEventTriggered(ctx, event);
        } else if (handshake.isSuccess()) {
            done(ctx);
        } else {
            failed(ctx, handshake.cause());
        }
    }

    private void done(ChannelHandlerContext ctx) {
        TlsEvidence evidence =
                TlsEvidence.of(ctx.pipeline().get(SslHandler.class).engine().getSession());
        if (evidence.leaf() == null && !tokensExpected.getAsBoolean()) {
            refuse(ctx, RefusalReason.CERTIFICATE_MISSING, "none in the session");
            return;
        }
        over = true;
        TlsFacts facts =
                metrics.handshakeDone(
                        evidence.facts(), Duration.ofNanos(System.nanoTime() - beganNanos));
        ctx.pipeline().remove(this);
        proven.accept(new Peer(source(ctx), facts, evidence.leaf()));
    }

    private void failed(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof ClosedChannelException) {
            // Nobody was refused: the peer left. Port scans and load balancers do so all day.
            over = true;
            metrics.handshakeFailed();
            Wire.hangUp(ctx.channel());
            return;
        }
        HandshakeFailure failure = HandshakeFailure.of(cause);
        refuse(ctx, failure.reason(), failure.words());
    }

    private void refuse(ChannelHandlerContext ctx, RefusalReason reason, String why) {
        if (over) {
            return;
        }
        over = true;
        metrics.handshakeFailed();
        refusals.stranger(reason, source(ctx), Map.of("tls", why));
        Wire.hangUp(ctx.channel());
    }

    /** The failed handshake was reported by its event already. */
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        Wire.hangUp(ctx.channel());
    }

    private static String source(ChannelHandlerContext ctx) {
        return Peer.addressOf(ctx.channel().remoteAddress());
    }
}
