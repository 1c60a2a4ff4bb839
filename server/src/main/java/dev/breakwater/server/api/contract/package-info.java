/**
 * The API's contract as an engine: the OpenAPI document is read at start and from then on decides
 * what exists. It knows nothing of HTTP servers, accounts or handlers.
 *
 * <p>It guarantees that a handler is reached only by a request that fits one operation of the
 * document in path, method, parameters, headers, media type and body; that everything else is
 * refused with the member at fault named; and that a reply can be held against the document too. It
 * refuses to start with a document that leaves anything open: an object that takes unknown members,
 * a text without a longest length, a number without bounds, an operation without permission, cost
 * and audit.
 *
 * <p>Read {@link dev.breakwater.server.api.contract.Contract} first, then {@code openapi.yaml}
 * beside the package above.
 */
@NullMarked
package dev.breakwater.server.api.contract;

import org.jspecify.annotations.NullMarked;
