/// What the benchmarks are measured against: Node as a good JavaScript developer would tune it.
enum Yardstick {
    /// A watcher: `http.Agent` with keep-alive, one batch a block, `JSON.parse`, a `Set`. It checks that blocks are
    /// linked, counts what it finds, and stores nothing.
    static let scan = """
        'use strict';
        const http = require('http'), fs = require('fs');
        const [family, folder, count, port] = process.argv.slice(2);
        const lines = (name) => fs.readFileSync(`${folder}/${name}`, 'latin1').trim().split('\\n');
        const watched = new Set(lines('addresses')), contracts = new Set(lines('contracts'));
        const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
        const transfer = '0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef';

        function post(body) {
          return new Promise((resolve, reject) => {
            const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
            const request = http.request({ agent, host: '127.0.0.1', port, method: 'POST', headers }, (response) => {
              const chunks = [];
              response.on('data', (chunk) => chunks.push(chunk));
              response.on('end', () => resolve(JSON.parse(Buffer.concat(chunks).latin1Slice())));
              response.on('error', reject);
            });
            request.on('error', reject);
            request.end(body);
          });
        }
        const call = (id, method, params) => JSON.stringify({ jsonrpc: '2.0', id, method, params });
        async function ethereum(height, method) {
          const number = '0x' + height.toString(16);
          const filter = method === 'eth_getLogs' ? { fromBlock: number, toBlock: number, topics: [transfer] } : number;
          const [block, found] = (await post(`[${call(0, 'eth_getBlockByNumber', [number, true])},${
            call(1, method, [filter])}]`)).map((answer) => answer.result);
          const isReceipts = method !== 'eth_getLogs';
          let hits = 0;
          block.transactions.forEach((tx, i) => {
            if (watched.has(tx.to) && tx.value !== '0x0' && (!isReceipts || found[i].status === '0x1')) hits++;
          });
          for (const { logs } of isReceipts ? found : [{ logs: found }]) for (const { address, topics } of logs)
            if (topics.length === 3 && contracts.has(address) && watched.has('0x' + topics[2].slice(26))) hits++;
          return { hash: block.hash, parent: block.parentHash, hits };
        }

        async function bitcoin(height) {
          const { result: hash } = await post(call(0, 'getblockhash', [height]));
          const { result: block } = await post(call(0, 'getblock', [hash, 2]));
          let hits = 0;
          for (const tx of block.tx) for (const out of tx.vout) if (watched.has(out.scriptPubKey.address)) hits++;
          return { hash: block.hash, parent: block.previousblockhash, hits };
        }

        (async () => {
          const scan = family === 'bitcoin' ? bitcoin : (height) => ethereum(height, family);
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

    /// Watcher and sender in one: the head, one batch a block, and each find told at once. It stores nothing.
    static let way = """
        'use strict';
        const http = require('http'), { createHmac } = require('crypto'), fs = require('fs');
        const [secret, folder, count, node, receiver] = process.argv.slice(2);
        const lines = (name) => fs.readFileSync(`${folder}/${name}`, 'latin1').trim().split('\\n');
        const watched = new Set(lines('addresses')), contracts = new Set(lines('contracts'));
        const key = Buffer.from(secret.slice(6), 'base64');
        const agent = new http.Agent({ keepAlive: true, maxSockets: 32 });
        const transfer = '0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef';

        function post(port, body, more) {
          return new Promise((resolve, reject) => {
            const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), ...more };
            const request = http.request({ agent, host: '127.0.0.1', port, method: 'POST', headers }, (response) => {
              const chunks = [];
              response.on('data', (chunk) => chunks.push(chunk));
              response.on('end', () => resolve({ status: response.statusCode, text: Buffer.concat(chunks).latin1Slice() }));
              response.on('error', reject);
            });
            request.on('error', reject);
            request.end(body);
          });
        }
        const call = (id, method, params) => JSON.stringify({ jsonrpc: '2.0', id, method, params });
        const ask = async (body) => JSON.parse((await post(node, body)).text);

        function deposits({ transactions, hash, number }, logs) {
          const block = { height: parseInt(number, 16), hash }, found = [];
          for (const { to, value, hash } of transactions) if (value !== '0x0' && watched.has(to))
            found.push({ asset: 'ETH', amount: BigInt(value).toString(), address: to, transaction: hash, block });
          for (const { address, topics, data, transactionHash } of logs) {
            const to = topics.length === 3 ? '0x' + topics[2].slice(26) : '';
            if (contracts.has(address) && watched.has(to)) found.push({
              asset: address, amount: BigInt(data).toString(), address: to, transaction: transactionHash, block });
          }
          return found;
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
            await ask(call(0, 'bench_head', [height]));
            const start = process.hrtime.bigint();
            const number = (await ask(call(0, 'eth_getBlockByNumber', ['latest', false]))).result.number;
            const filter = { fromBlock: number, toBlock: number, topics: [transfer] };
            const [block, logs] = (await ask(`[${call(0, 'eth_getBlockByNumber', [number, true])},${
              call(1, 'eth_getLogs', [filter])}]`)).map((answer) => answer.result);
            if (tip !== undefined && block.parentHash !== tip) throw new Error('the blocks are not linked');
            tip = block.hash;
            await Promise.all(deposits(block, logs).map(async (data, index) => {
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
