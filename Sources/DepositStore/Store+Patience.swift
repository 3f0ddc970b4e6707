internal import Dispatch
internal import GRDB

extension Store {
    /// Does something again while SQLite cannot open what it needs for lack of file descriptors: a reader's connection,
    /// a file for sorting. Nothing was written then, and nothing is wrong with the disk.
    ///
    /// A descriptor may be free again by the time that this is looked at, so what cannot be opened is tried four times
    /// more before it counts as the disk's failure.
    func patiently<Value>(
        _ body: () async -> Result<Value, StoreError>
    ) async -> Result<Value, StoreError> {
        var calm = 0
        for _ in 0..<20 {
            let result = await body()
            guard case .failure(.noDescriptors) = result else { return result }
            if !Descriptors.areExhausted { calm += 1 }
            if calm > 4 {
                let error = StoreError.io(file: file, detail: "SQLite 14: a file cannot be opened")
                trouble.note(error)
                return .failure(error)
            }
            await pause(milliseconds: calm > 0 ? 50 : 250)
        }
        return .failure(.noDescriptors(file: file))
    }

    /// Also where the task is cancelled: a write is not interrupted by that.
    private func pause(milliseconds: Int) async {
        await withCheckedContinuation { continuation in
            DispatchQueue.global().asyncAfter(deadline: .now() + .milliseconds(milliseconds)) {
                continuation.resume()
            }
        }
    }
}
