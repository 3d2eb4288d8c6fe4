import 'reflect-metadata';
import { Body, Controller, Module, Post } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';

/** What a command costs where nothing is done: a handler of Nest on Fastify that reads a body and answers. */
@Controller('api/v1/cases')
class BareController {
  private answered = 0;

  @Post(['', '*'])
  answer(@Body() _body: object): object {
    this.answered += 1;
    return { id: 'bare', visitId: 'bare', version: 1, position: String(this.answered) };
  }
}

@Module({ controllers: [BareController] })
class BareModule {}

async function main(): Promise<void> {
  const app = await NestFactory.create<NestFastifyApplication>(BareModule, new FastifyAdapter(), { logger: false });
  await app.listen(0, '127.0.0.1');
  process.send?.({ url: await app.getUrl() });
  process.once('disconnect', () => process.exit(0));
}

void main();
