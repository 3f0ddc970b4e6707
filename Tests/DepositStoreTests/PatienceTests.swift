import Synchronization
import Testing

@testable import DepositStore

/// What cannot be opened for lack of file descriptors, and what cannot be opened at all.
@Suite struct PatienceTests {
    @Test func `what could not be opened for a moment is done again, and nothing has failed`() async throws {
        let store = try Store(at: .memory)
        let tries = Mutex(0)
        let result: Result<Int, StoreError> = await store.patiently {
            let count = tries.withLock { tries in
                tries += 1
                return tries
            }
            return count < 4 ? .failure(.noDescriptors(file: "deposits.db")) : .success(count)
        }
        #expect(result == .success(4))
        #expect(store.failed == nil)
    }

    @Test func `what cannot be opened although there are descriptors is the disk's failure at last`()
        async throws
    {
        let store = try Store(at: .memory)
        let result: Result<Int, StoreError> = await store.patiently {
            .failure(.noDescriptors(file: "deposits.db"))
        }
        guard case .failure(.io) = result else {
            Issue.record("\(result)")
            return
        }
        #expect(store.failed?.isFatal == true)
    }

    @Test(arguments: [StoreError.diskFull(file: "a"), .conflict("b"), .io(file: "a", detail: "c")])
    func `every other error is told at once`(error: StoreError) async throws {
        let store = try Store(at: .memory)
        let tries = Mutex(0)
        let result: Result<Int, StoreError> = await store.patiently {
            tries.withLock { $0 += 1 }
            return .failure(error)
        }
        #expect(result == .failure(error))
        #expect(tries.withLock { $0 } == 1)
    }
}
