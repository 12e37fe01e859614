// Loaded before each test file: lets nothing connect beyond 127.0.0.1.
import net from 'node:net';

const connect = net.Socket.prototype.connect;

net.Socket.prototype.connect = function (...args) {
  const options = Array.isArray(args[0]) ? args[0][0] : args[0];
  const host = typeof options === 'object' ? options.host ?? (options.path ? '127.0.0.1' : 'localhost') : args[1];
  if (host !== '127.0.0.1') throw new Error(`a request to ${host}: the tests reach 127.0.0.1 only`);
  return connect.apply(this, args);
};
