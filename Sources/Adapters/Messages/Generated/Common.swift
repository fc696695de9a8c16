// Written by script/proto from lode/v1/common.proto: change that file, not this one.

internal import CMessages
internal import CProtobufC

package struct Empty: WireMessage, Hashable {
    package init() {}

    /// Reads the bytes of a `lode.v1.Empty`.
    package init(decoding bytes: [UInt8]) throws(WireError) {
        self = try unsafe Arena.decode(bytes, "Empty", lode__v1__empty__unpack) {
            raw throws(WireError) in try unsafe Empty(raw: raw)
        }
    }

    package func encoded() -> [UInt8] {
        unsafe Arena.encode { arena in unsafe arena.place(raw(in: arena)) }
    }
}

extension Empty {
    @unsafe init(raw: UnsafePointer<Lode__V1__Empty>) throws(WireError) {
        self.init()
    }

    @unsafe func raw(in arena: Arena) -> Lode__V1__Empty {
        var raw = unsafe Lode__V1__Empty()
        unsafe lode__v1__empty__init(&raw)
        return unsafe raw
    }
}

/// One miner's program: an account may run many.
package struct Client: WireMessage, Hashable {
    /// The account: where payouts go, in its network's canonical text form, at most 100 bytes.
    package var address: String
    /// Name of the rig, 1 to 64 bytes of letters, digits and ._-.
    package var worker: String
    /// 16 bytes, unique to this client.
    package var clientID: [UInt8]

    package init(
        address: String = "",
        worker: String = "",
        clientID: [UInt8] = []
    ) {
        self.address = address
        self.worker = worker
        self.clientID = clientID
    }

    /// Reads the bytes of a `lode.v1.Client`.
    package init(decoding bytes: [UInt8]) throws(WireError) {
        self = try unsafe Arena.decode(bytes, "Client", lode__v1__client__unpack) {
            raw throws(WireError) in try unsafe Client(raw: raw)
        }
    }

    package func encoded() -> [UInt8] {
        unsafe Arena.encode { arena in unsafe arena.place(raw(in: arena)) }
    }
}

extension Client {
    @unsafe init(raw: UnsafePointer<Lode__V1__Client>) throws(WireError) {
        self.init()
        address = try unsafe RawField.text(raw.pointee.address, "Client.address")
        worker = try unsafe RawField.text(raw.pointee.worker, "Client.worker")
        clientID = unsafe RawField.bytes(raw.pointee.client_id)
    }

    @unsafe func raw(in arena: Arena) -> Lode__V1__Client {
        var raw = unsafe Lode__V1__Client()
        unsafe lode__v1__client__init(&raw)
        unsafe raw.address = arena.text(address)
        unsafe raw.worker = arena.text(worker)
        unsafe raw.client_id = arena.bytes(clientID)
        return unsafe raw
    }
}
