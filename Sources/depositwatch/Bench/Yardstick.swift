/// What the benchmarks are measured against: Node as a good JavaScript developer would tune it.
enum Yardstick {
    /// `http.Agent` with keep-alive, one batch a block, `JSON.parse`, a `Set`.
    ///
    /// Of payments it checks that they succeeded. A node without `eth_getBlockReceipts` is asked for the receipts of
    /// those that match; a token's log is itself the word that its transaction succeeded.
    private static let watcher = """
        'use strict';
        const http = require('http'), fs = require('fs');
        const agent = new http.Agent({ keepAlive: true, maxSockets: 32 });
        const transfer = '0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef';

        function post(port, body, more) {
          return new Promise((resolve, reject) => {
            const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), ...more };
            const request = http.request({ agent, host: '127.0.0.1', port, method: 'POST', headers }, (response) => {
              const chunks = [];
              response.on('data', (chunk) => chunks.push(chunk));
              response.on('end', () => resolve(
                { status: response.statusCode, text: Buffer.concat(chunks).latin1Slice() }));
              response.on('error', reject);
            });
            request.on('error', reject);
            request.end(body);
          });
        }
        const call = (id, method, params) => JSON.stringify({ jsonrpc: '2.0', id, method, params });
        const ask = async (node, body) => JSON.parse((await post(node, body)).text);
        const askAll = async (node, calls) => calls.length === 0 ? []
          : (await ask(node, `[${calls}]`)).map((answer) => answer.result);
        const lines = (name) => fs.readFileSync(`${folder}/${name}`, 'latin1').trim().split('\\n');

        async function ethereum(node, number, method) {
          const isReceipts = method !== 'eth_getLogs';
          const filter = isReceipts ? number : { fromBlock: number, toBlock: number, topics: [transfer] };
          const [block, found] = await askAll(node, [
            call(0, 'eth_getBlockByNumber', [number, true]), call(1, method, [filter])]);
          const paid = block.transactions.filter(({ to, value }) => value !== '0x0' && watched.has(to));
          const receipts = isReceipts ? paid.map(({ transactionIndex }) => found[parseInt(transactionIndex, 16)])
            : await askAll(node, paid.map(({ hash }, i) => call(i, 'eth_getTransactionReceipt', [hash])));
          const payments = paid.filter((_, i) => receipts[i].status === '0x1');
          const logs = isReceipts ? found.flatMap((receipt) => receipt.logs) : found;
          const transfers = logs.filter(({ address, topics }) =>
            topics.length === 3 && contracts.has(address) && watched.has('0x' + topics[2].slice(26)));
          return { block, payments, transfers };
        }

        """

    /// It checks that blocks are linked, counts what it finds, and stores nothing.
    static let scan =
        watcher + """
            const [family, folder, count, node] = process.argv.slice(2);
            const watched = new Set(lines('addresses')), contracts = new Set(lines('contracts'));

            async function ofEthereum(height) {
              const { block, payments, transfers } = await ethereum(node, '0x' + height.toString(16), family);
              return { hash: block.hash, parent: block.parentHash, hits: payments.length + transfers.length };
            }
            async function ofBitcoin(height) {
              const { result: hash } = await ask(node, call(0, 'getblockhash', [height]));
              const { result: block } = await ask(node, call(0, 'getblock', [hash, 2]));
              let hits = 0;
              for (const tx of block.tx) for (const out of tx.vout) if (watched.has(out.scriptPubKey.address)) hits++;
              return { hash: block.hash, parent: block.previousblockhash, hits };
            }
            (async () => {
              const scan = family === 'bitcoin' ? ofBitcoin : ofEthereum;
              const start = process.cpuUsage();
              let hits = 0, tip;
              for (let height = 1; height <= count; height++) {
                const block = await scan(height);
                if (tip !== undefined && block.parent !== tip) throw new Error('the blocks are not linked');
                tip = block.hash;
                hits += block.hits;
              }
              const { user, system } = process.cpuUsage(start);
              console.log((user + system) / 1000, process.resourceUsage().maxRSS, hits, 0);
              agent.destroy();
            })();
            """

    /// A sender of callbacks: as many keep-alive connections as ours has, each event signed, nothing stored.
    static let drain = """
        'use strict';
        const http = require('http'), { createHmac } = require('crypto'), fs = require('fs');
        const [secret, folder, count, port] = process.argv.slice(2);
        const key = Buffer.from(secret.slice(6), 'base64');
        const body = fs.readFileSync(`${folder}/event`);
        const agent = new http.Agent({ keepAlive: true, maxSockets: 32 });

        function send(number) {
          return new Promise((resolve, reject) => {
            const id = 'evt_' + number, stamp = Math.floor(Date.now() / 1000);
            const signature = createHmac('sha256', key).update(`${id}.${stamp}.`).update(body).digest('base64');
            const headers = {
              'content-type': 'application/json', 'content-length': body.length, 'webhook-id': id,
              'webhook-timestamp': stamp, 'webhook-signature': 'v1,' + signature,
            };
            const request = http.request({ agent, host: '127.0.0.1', port, method: 'POST', headers }, (response) => {
              response.resume();
              response.on('end', () => resolve(response.statusCode === 204 ? 1 : 0));
              response.on('error', reject);
            });
            request.on('error', reject);
            request.end(body);
          });
        }
        (async () => {
          let next = 0, taken = 0;
          const start = process.hrtime.bigint();
          await Promise.all(Array.from({ length: 32 }, async () => {
            while (next < count) { const one = await send(next++); taken += one; }
          }));
          const milliseconds = Number(process.hrtime.bigint() - start) / 1e6;
          console.log(milliseconds, process.resourceUsage().maxRSS, taken, count - taken);
          agent.destroy();
        })();
        """

    /// Watcher and sender in one: the head, then the block, and each find told at once. It stores nothing.
    static let way =
        watcher + """
            const { createHmac } = require('crypto');
            const [method, secret, folder, count, node, receiver] = process.argv.slice(2);
            const watched = new Set(lines('addresses')), contracts = new Set(lines('contracts'));
            const key = Buffer.from(secret.slice(6), 'base64');

            function deposits({ block: { number, hash }, payments, transfers }) {
              const block = { height: parseInt(number, 16), hash };
              return [...payments.map(({ to, value, hash }) => (
                { asset: 'ETH', amount: BigInt(value).toString(), address: to, transaction: hash, block })),
              ...transfers.map(({ address: asset, topics, data, transactionHash: transaction }) => (
                { asset, amount: BigInt(data).toString(), address: '0x' + topics[2].slice(26), transaction, block }))];
            }
            async function tell(data, index) {
              const stamp = Math.floor(Date.now() / 1000), id = `evt_${data.transaction}_${index}`;
              const body = JSON.stringify({ type: 'deposit.detected', timestamp: new Date().toISOString(), data });
              const code = createHmac('sha256', key).update(`${id}.${stamp}.${body}`).digest('base64');
              return (await post(receiver, body, {
                'webhook-id': id, 'webhook-timestamp': stamp, 'webhook-signature': 'v1,' + code })).status;
            }
            (async () => {
              const times = [];
              let refused = 0, tip;
              for (let height = 1; height <= count; height++) {
                await ask(node, call(0, 'bench_head', [height]));
                const start = process.hrtime.bigint();
                const head = (await ask(node, call(0, 'eth_getBlockByNumber', ['latest', false]))).result.number;
                const found = await ethereum(node, head, method);
                if (tip !== undefined && found.block.parentHash !== tip) throw new Error('the blocks are not linked');
                tip = found.block.hash;
                await Promise.all(deposits(found).map(async (data, index) => {
                  if (await tell(data, index) === 204) times.push(Number(process.hrtime.bigint() - start) / 1e6);
                  else refused++;
                }));
              }
              times.sort((left, right) => left - right);
              console.log(times[times.length >> 1], process.resourceUsage().maxRSS, times.length, refused);
              agent.destroy();
            })();
            """
}
